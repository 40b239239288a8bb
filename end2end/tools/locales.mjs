// Both languages say the same things: the same files, keys and variables, no empty text (rule G1).
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../../app/locales/', import.meta.url).pathname;
const [FIRST, SECOND] = /** @type {const} */ (['en', 'fr']);
// Plural forms differ by language (French has "many"): a form is compared as its base key.
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** @returns {Generator<[string, string]>} */
function* texts(/** @type {any} */ value, /** @type {string} */ path) {
  if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) yield* texts(inner, `${path}.${key}`);
  } else yield [path, String(value ?? '')];
}
const marks = (/** @type {string} */ text) =>
  [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}|<\/?\s*(\w+)[^>]*>/g)].map((m) => m[1] ?? `<${m[2]}>`);

/** @type {string[]} */
const faults = [];
/** Every key of a language, with the variables and tags of its text.
 * @param {string} language */
function said(language) {
  /** @type {Map<string, Set<string>>} */
  const keys = new Map();
  for (const file of readdirSync(join(root, language)).filter((name) => name.endsWith('.json'))) {
    const content = JSON.parse(readFileSync(join(root, language, file), 'utf8'));
    for (const [path, text] of texts(content, file.replace(/\.json$/, ''))) {
      if (text.trim() === '') faults.push(`${language}: ${path} is empty`);
      const key = path.replace(PLURAL, '');
      const known = keys.get(key) ?? new Set();
      marks(text).forEach((mark) => known.add(mark));
      keys.set(key, known);
    }
  }
  return keys;
}

const [first, second] = [said(FIRST), said(SECOND)];
for (const key of new Set([...first.keys(), ...second.keys()])) {
  const [a, b] = [first.get(key), second.get(key)];
  if (!a) faults.push(`${FIRST}: ${key} is missing`);
  else if (!b) faults.push(`${SECOND}: ${key} is missing`);
  else {
    const differ = [...a].filter((m) => !b.has(m)).concat([...b].filter((m) => !a.has(m)));
    if (differ.length > 0) faults.push(`${key}: only one language uses ${differ.join(', ')}`);
  }
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${first.size} texts, in both languages`);
