// Files → tokens, as VS Code colours them: `node test/tokens.mjs FILE…` prints one JSON list a file of [line, text, scopes].
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");
const here = new URL("../", import.meta.url);

await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => {
    const file = new URL("syntaxes/poster.tmLanguage.json", here);
    return textmate.parseRawGrammar(readFileSync(file, "utf8"), file.pathname);
  },
});
const grammar = await registry.loadGrammar("source.poster");
for (const name of process.argv.slice(2)) {
  let stack = textmate.INITIAL;
  const tokens = [];
  readFileSync(name, "utf8")
    .split("\n")
    .forEach((line, number) => {
      const found = grammar.tokenizeLine(line, stack);
      stack = found.ruleStack;
      for (const token of found.tokens) tokens.push([number, line.slice(token.startIndex, token.endIndex), token.scopes]);
    });
  console.log(JSON.stringify(tokens));
}
