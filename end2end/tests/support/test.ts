// `test` for every spec: a running portal, its post, and as many people as the story needs.
import { expect, test as base, type TestInfo } from '@playwright/test';
import { Post } from './mail.ts';
import { Person } from './person.ts';
import { Server, demonstration, removeData, type Database } from './server.ts';
import { Watch } from './watch.ts';
import { words, type Language, type Words } from './words.ts';

export interface Options {
  language: Language;
  script: boolean;
  database: Database;
  /** More settings of the server, for a test that needs them: `test.use({ settings: { ACCORD_…: … } })`. */
  settings: Record<string, string>;
}

interface Fixtures {
  /** The SMTP server that the portal sends to. */
  post: Post;
  accord: Server;
  /** The words of the pages, in the language of this run. */
  say: Words;
  /** Somebody sits down at a fresh browser. */
  person: (name: string, at?: { language?: Language; script?: boolean }) => Promise<Person>;
  /** An address of this test alone. */
  mailbox: (name: string) => string;
}

export const test = base.extend<Options & Fixtures>({
  language: ['en', { option: true }],
  script: [true, { option: true }],
  database: ['sqlite', { option: true }],
  settings: [{}, { option: true }],

  say: async ({ language }, use) => use(words(language)),
  mailbox: async ({}, use) => use((name) => `${name}@example.org`),

  post: async ({}, use) => {
    const post = await Post.open();
    await use(post);
    await post.close();
  },

  accord: async ({ database, settings, post }, use, info) => {
    const data = await demonstration(database);
    const server = await Server.start(data, { ACCORD_MAIL: post.address, ...settings });
    try {
      await use(server);
      await server.stop();
    } finally {
      if (server.log) await info.attach('accord', { body: server.log, contentType: 'text/plain' });
      if (!wentWell(info) && server.log) console.log(server.log);
      await server.stop().catch(() => {});
      await removeData(data);
    }
    const letters = post.unread().map((letter) => `${letter.to}: ${letter.subject}`);
    if (wentWell(info)) expect(letters, 'letters that nobody read').toEqual([]);
  },

  person: async ({ accord, browser, language, script }, use, info) => {
    const people: Person[] = [];
    await use(async (name, at = {}) => {
      const speaks = at.language ?? language;
      const javaScriptEnabled = at.script ?? script;
      const context = await browser.newContext({
        locale: `${speaks}-CA`,
        timezoneId: 'America/Halifax',
        reducedMotion: 'reduce',
        javaScriptEnabled,
      });
      const watch = new Watch(name, context, javaScriptEnabled);
      const page = await context.newPage();
      const one = new Person(name, page, context, words(speaks), javaScriptEnabled, watch, accord.url);
      people.push(one);
      return one;
    });
    if (!wentWell(info))
      for (const { name, page } of people)
        if (!page.isClosed())
          await info.attach(name, { body: await page.screenshot({ fullPage: true }), contentType: 'image/png' });
    const faults = people.flatMap(({ watch }) => watch.faults);
    await Promise.all(people.map(({ context }) => context.close()));
    if (wentWell(info)) expect(faults, 'what went wrong in the browsers').toEqual([]);
    else if (faults.length > 0) console.log(faults.join('\n'));
  },
});

const wentWell = (info: TestInfo) => info.errors.length === 0;

export { expect };
export { codeIn, linkIn } from './mail.ts';
