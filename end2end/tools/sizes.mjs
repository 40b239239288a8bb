// Prints what a browser downloads for the first page: raw, and compressed with brotli as it travels.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const site = process.env.LEPTOS_SITE_ROOT ?? new URL('../../target/site', import.meta.url).pathname;
const pkg = join(site, 'pkg');
const KINDS = { '.wasm': 'WebAssembly', '.js': 'JavaScript', '.css': 'CSS' };

if (!existsSync(pkg)) {
  console.error(`nothing built in ${pkg}: make build`);
  process.exit(1);
}
const kb = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;
const brotli = (/** @type {Buffer} */ bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;

let rawTotal = 0;
let brotliTotal = 0;
console.log(`\n${'what the browser downloads'.padEnd(44)} ${'raw'.padStart(11)} ${'brotli'.padStart(11)}`);
for (const [end, kind] of Object.entries(KINDS)) {
  for (const name of readdirSync(pkg).filter((name) => extname(name) === end).sort()) {
    const bytes = readFileSync(join(pkg, name));
    const small = brotli(bytes);
    rawTotal += bytes.length;
    brotliTotal += small;
    console.log(`${`${kind}  ${name}`.padEnd(44)} ${kb(bytes.length)} ${kb(small)}`);
  }
}
console.log(`${'together'.padEnd(44)} ${kb(rawTotal)} ${kb(brotliTotal)}`);
