// Puts two programs that web previewers read workbooks with under var/readers/<name>-<version>/; what is there already stays.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// each in one file, without packages it needs
const READERS = { 'exceljs@4.4.0': 'dist/exceljs.min.js', 'xlsx@0.18.5': 'dist/xlsx.full.min.js' };
const home = path.join(__dirname, '..', 'var', 'readers');

for (const [name, file] of Object.entries(READERS)) {
  const folder = path.join(home, name.replace('@', '-'));
  if (fs.existsSync(path.join(folder, 'reader.js'))) continue;
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'reader-'));
  const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: work, encoding: 'utf8' });
  execFileSync('tar', ['xzf', packed.trim().split('\n').pop()], { cwd: work });
  fs.mkdirSync(folder, { recursive: true });
  // last by renaming: a fetch that broke off is begun again
  fs.copyFileSync(path.join(work, 'package', file), path.join(folder, 'reader.part'));
  fs.renameSync(path.join(folder, 'reader.part'), path.join(folder, 'reader.js'));
  fs.rmSync(work, { recursive: true });
}
