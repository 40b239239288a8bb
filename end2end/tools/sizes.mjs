// Prints what a browser downloads, raw, and compressed with brotli as it travels; fails when a kind of file has outgrown
// its budget (end2end/budget.json, in bytes of brotli) by more than two hundredths. A budget changes with a commit that
// says why.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const site = process.env.LEPTOS_SITE_ROOT ?? new URL('../../target/site', import.meta.url).pathname;
const pkg = join(site, 'pkg');
const KINDS = { '.wasm': 'WebAssembly', '.js': 'JavaScript', '.css': 'CSS' };
const TOLERATED = 1.02;
/** @type {Record<string, number>} */
const budget = JSON.parse(readFileSync(new URL('../budget.json', import.meta.url), 'utf8'));

if (!existsSync(pkg)) {
  console.error(`nothing built in ${pkg}: make build`);
  process.exit(1);
}
const kb = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;
const brotli = (/** @type {Buffer} */ bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
const line = (/** @type {string} */ what, /** @type {string[]} */ ...figures) =>
  console.log([what.padEnd(44), ...figures.map((figure) => figure.padStart(11))].join(' '));

const outgrown = [];
console.log();
line('what the browser downloads', 'raw', 'brotli', 'budget');
for (const [end, kind] of Object.entries(KINDS)) {
  let sum = 0;
  for (const name of readdirSync(pkg).filter((name) => extname(name) === end).sort()) {
    const bytes = readFileSync(join(pkg, name));
    const small = brotli(bytes);
    sum += small;
    line(`${kind}  ${name}`, kb(bytes.length), kb(small));
  }
  const most = budget[kind];
  if (most === undefined) throw new Error(`${kind} has no budget`);
  line(`${kind}, together`, '', kb(sum), kb(most));
  if (sum > most * TOLERATED) outgrown.push(`${kind}: ${kb(sum).trim()} of ${kb(most).trim()}`);
}
if (outgrown.length > 0) {
  console.error(`outgrown: ${outgrown.join(', ')}`);
  process.exit(1);
}
