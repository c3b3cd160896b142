// Puts the Chromium of old package versions under var/old-browsers/<version>/chromium; what is there already stays.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');

const VERSIONS = ['92.0.0', '109.0.6'];
const home = path.join(__dirname, '..', 'var', 'old-browsers');

for (const version of VERSIONS) {
  const folder = path.join(home, version);
  if (fs.existsSync(path.join(folder, 'chromium'))) continue;
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'old-browser-'));
  const packed = execFileSync('npm', ['pack', '--silent', `@sparticuz/chromium@${version}`], { cwd: work, encoding: 'utf8' });
  execFileSync('tar', ['xzf', packed.trim().split('\n').pop()], { cwd: work });
  fs.mkdirSync(folder, { recursive: true });
  const inflated = name => zlib.brotliDecompressSync(fs.readFileSync(path.join(work, 'package', 'bin', name)));
  fs.writeFileSync(path.join(folder, 'swiftshader.tar'), inflated('swiftshader.tar.br'));
  execFileSync('tar', ['xf', 'swiftshader.tar'], { cwd: folder });
  fs.rmSync(path.join(folder, 'swiftshader.tar'));
  // last, and by renaming: a fetch that broke off is begun again
  fs.writeFileSync(path.join(folder, 'chromium.part'), inflated('chromium.br'), { mode: 0o755 });
  fs.renameSync(path.join(folder, 'chromium.part'), path.join(folder, 'chromium'));
  fs.rmSync(work, { recursive: true });
}
