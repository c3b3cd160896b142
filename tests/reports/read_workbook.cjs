// What two programs for the web read of a workbook, as JSON: reader → sheet → cell → value, and of formulas which they have.
// Arguments: the workbook, the folder of the readers.
const fs = require('node:fs');
const path = require('node:path');

const [file, home] = process.argv.slice(2);
const content = fs.readFileSync(file);
const reader = name => require(path.join(home, name, 'reader.js'));
// a date as the number a spreadsheet has for it
const plain = value => (value instanceof Date ? value.getTime() / 86400000 + 25569 : value);

async function exceljs() {
  const book = new (reader('exceljs-4.4.0').Workbook)();
  await book.xlsx.load(content);
  const sheets = {}, formulas = {};
  for (const sheet of book.worksheets) {
    const cells = sheets[sheet.name] = {};
    const written = formulas[sheet.name] = {};
    sheet.eachRow(row => row.eachCell(cell => {
      if (cell.isMerged && cell.master !== cell) return;
      if (cell.formula) written[cell.address] = cell.formula;
      const value = cell.formula ? cell.result : cell.hyperlink ? cell.text : cell.value;
      cells[cell.address] = plain(value) ?? null;
    }));
  }
  return { sheets, formulas };
}

function sheetjs() {
  const { read } = reader('xlsx-0.18.5');
  const book = read(content);
  const sheets = {}, formulas = {};
  for (const name of book.SheetNames) {
    const cells = sheets[name] = {};
    const written = formulas[name] = {};
    for (const [at, cell] of Object.entries(book.Sheets[name])) {
      if (at.startsWith('!')) continue;
      if (cell.f !== undefined) written[at] = cell.f;
      if (cell.t !== 'z') cells[at] = cell.v ?? null;
    }
  }
  return { sheets, formulas };
}

exceljs().then(found => process.stdout.write(JSON.stringify({ exceljs: found, sheetjs: sheetjs() })));
