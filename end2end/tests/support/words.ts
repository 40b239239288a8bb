// The words of the pages, from the very files they are built of: a test reads the same in both languages.
//   words('fr')('invitations.until', { date: '3 mai 2027' })
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'en' | 'fr';
export type Values = Record<string, string | number>;

export interface Words {
  /** The sentence, its variables filled in; `count` also chooses the plural form. Throws when it does not exist. */
  (key: string, values?: Values): string;
  /** The sentence as a pattern: what is not given in `values` may be anything. */
  pattern(key: string, values?: Values): RegExp;
  language: Language;
}

type Tree = { [key: string]: Tree | string };
const LOCALES = new URL('../../../app/locales/', import.meta.url).pathname;

export function words(language: Language): Words {
  const known = (cache[language] ??= speak(language));
  return known;
}
const cache: Partial<Record<Language, Words>> = {};

function speak(language: Language): Words {
  const folder = join(LOCALES, language);
  const tree: Tree = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')))
    tree[file.replace(/\.json$/, '')] = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tree;
  const plural = new Intl.PluralRules(`${language}-CA`);

  const template = (key: string, values: Values): string => {
    const found = find(tree, key);
    if (found !== undefined) return found;
    const count = values.count;
    const form = typeof count === 'number' ? find(tree, `${key}_${plural.select(count)}`) : undefined;
    const text = form ?? (find(tree, `${key}_other`) ?? find(tree, `${key}_many`));
    if (text === undefined) throw new Error(`app/locales/${language} has no "${key}"`);
    return text;
  };
  const say = (key: string, values: Values = {}) =>
    plain(template(key, values)).replace(VARIABLE, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`"${key}" needs a value for "${name}"`);
      return String(value);
    });
  const pattern = (key: string, values: Values = {}) => {
    let source = '';
    let end = 0;
    const text = plain(template(key, values));
    for (const match of text.matchAll(VARIABLE)) {
      const value = values[match[1]!];
      source += literal(text.slice(end, match.index)) + (value === undefined ? '.+?' : literal(String(value)));
      end = match.index + match[0].length;
    }
    return new RegExp(source + literal(text.slice(end)), 's');
  };
  return Object.assign(say, { pattern, language });
}

const VARIABLE = /\{\{\s*(\w+)[^}]*\}\}/g;

function find(tree: Tree, key: string): string | undefined {
  let at: Tree | string | undefined = tree;
  for (const part of key.split('.')) at = typeof at === 'object' ? at[part] : undefined;
  return typeof at === 'string' ? at : undefined;
}
/** Without the tags of components (`<b>…</b>`). */
const plain = (text: string) => text.replace(/<\/?\w+\s*\/?>/g, '');
/** Any white space of the file matches any of the page: French pages are full of no-break spaces. */
const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
