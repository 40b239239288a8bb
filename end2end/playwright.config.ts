import { defineConfig } from '@playwright/test';
import type { Options } from './tests/support/test.ts';
import { findChromium } from './tools/chromium.mjs';

// Every story is told in English with script on SQLite, and in French without on PostgreSQL: no page knows which
// database it stands on, and none is written twice. The journeys (@journey) are told in the other two pairs as well.
// ACCORD_EVERY_PAIR=1 tells all of them in all four, on both databases. A test tagged @script is about what script
// adds, one tagged @plain about what happens without it.
const every = Boolean(process.env.ACCORD_EVERY_PAIR);
const postgres = Boolean(process.env.ACCORD_TEST_POSTGRES);
if (!postgres) console.warn('ACCORD_TEST_POSTGRES is not set: nothing runs on PostgreSQL');

const pairs = [
  { language: 'en', script: true, database: 'sqlite', journeys: false },
  { language: 'fr', script: false, database: 'postgres', journeys: false },
  { language: 'fr', script: true, database: 'postgres', journeys: true },
  { language: 'en', script: false, database: 'sqlite', journeys: true },
] as const;
const projects = pairs.flatMap(({ language, script, database, journeys }) => {
  const databases = every ? (['sqlite', 'postgres'] as const) : [database];
  return [...new Set(databases.map((one) => (postgres ? one : 'sqlite')))].map((database) => ({
    name: `${language}-${script ? 'script' : 'plain'}-${database}`,
    use: { language, script, database },
    grep: journeys && !every ? /@journey/ : /.*/,
    grepInvert: script ? /@plain/ : /@script/,
  }));
});

export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list', { printSteps: false }]],
  use: {
    browserName: 'chromium',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    timezoneId: 'America/Halifax',
    contextOptions: { reducedMotion: 'reduce' },
    // Recorded when asked for (--trace retain-on-failure): it takes a fifth of the suite's time.
    trace: 'off',
    launchOptions: {
      executablePath: await findChromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // A page lives for seconds: its WebAssembly is not worth compiling twice.
        '--js-flags=--no-wasm-tier-up',
      ],
    },
  },
  projects,
});
