// Which rule is proved by which tests: a table, from the tests themselves. A Rust test names its rules in its name
// (`c7_…_and_c9_…`) or in the comment above it, a browser test in its comments (`// L2`).
//   node end2end/tools/rules.mjs           how many tests each rule has
//   node end2end/tools/rules.mjs --tests   and which
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** How many rules each letter has: organization, list, contacts, invitations, profiles, requests, accounts, signing, everywhere. */
const RULES = { O: 4, L: 10, C: 13, I: 12, P: 10, R: 13, A: 10, S: 4, G: 10 };
const root = new URL('../..', import.meta.url).pathname;

/** @type {Map<string, { rust: string[], browser: string[] }>} */
const table = new Map();
for (const [letter, count] of Object.entries(RULES)) {
  for (let n = 1; n <= count; n += 1) table.set(`${letter}${n}`, { rust: [], browser: [] });
}

/** @returns {Generator<string>} */
function* files(/** @type {string} */ folder, /** @type {string} */ end) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'target', '.git'].includes(entry.name)) yield* files(path, end);
    } else if (entry.name.endsWith(end)) yield path;
  }
}

/** The rules that a text names: whole words such as C7. */
const named = (/** @type {string} */ text) => new Set([...text.matchAll(/(?<![A-Za-z0-9])[A-Z]\d{1,2}(?![A-Za-z0-9])/g)].map(([rule]) => rule));
const strangers = new Set();
function note(/** @type {string} */ rule, /** @type {'rust' | 'browser'} */ kind, /** @type {string} */ test) {
  const row = table.get(rule);
  if (!row) strangers.add(`${rule} in ${test}`);
  else if (!row[kind].includes(test)) row[kind].push(test);
}

// An attribute that makes a test, with the comment above it and the attributes below it.
const TEST = /((?:^[ \t]*\/\/\/.*\n)*)^[ \t]*#\[(?:tokio::)?test\b[^\n]*\n(?:^[ \t]*#\[[^\n]*\n)*^[ \t]*(?:async )?fn (\w+)/gm;
for (const folder of ['app', 'server', 'migration']) {
  for (const path of files(join(root, folder), '.rs')) {
    for (const [, comment = '', name = ''] of readFileSync(path, 'utf8').matchAll(TEST)) {
      const test = `${relative(root, path)} ${name}`;
      const words = name.split('_').filter((word) => /^[a-z]\d{1,2}$/.test(word));
      for (const rule of [...words.map((word) => word.toUpperCase()).filter((rule) => table.has(rule)), ...named(comment)]) note(rule, 'rust', test);
      const first = name.split('_')[0]?.toUpperCase() ?? '';
      if (/^[A-Z]\d{1,2}$/.test(first)) note(first, 'rust', test);
    }
  }
}
for (const path of files(join(root, 'end2end/tests'), '.spec.ts')) {
  for (const part of readFileSync(path, 'utf8').split(/^(?=test\()/m)) {
    const title = /^test\(\s*'([^']*)'/.exec(part)?.[1] ?? 'all';
    const comments = [...part.matchAll(/\/\/(.*)$/gm)].map(([, comment]) => comment).join('\n');
    for (const rule of named(comments)) note(rule, 'browser', `${relative(root, path)} ${title}`);
  }
}

console.log('rule   Rust  browser');
for (const [rule, { rust, browser }] of table) {
  const none = rust.length + browser.length === 0 ? '  no test' : '';
  console.log(`${rule.padEnd(5)} ${String(rust.length).padStart(5)} ${String(browser.length).padStart(8)}${none}`);
  if (process.argv.includes('--tests')) [...rust, ...browser].forEach((test) => console.log(`        ${test}`));
}
const proved = [...table.values()].filter(({ rust, browser }) => rust.length + browser.length > 0).length;
console.log(`${proved} of ${table.size} rules have a test`);
if (strangers.size > 0) {
  console.error(`No such rule:\n${[...strangers].join('\n')}`);
  process.exit(1);
}
