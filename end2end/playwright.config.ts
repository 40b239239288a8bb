import { defineConfig } from '@playwright/test';
import type { Options } from './tests/support/test.ts';
import { findChromium } from './tools/chromium.mjs';

// Every journey is told in both languages, with and without script, on both databases. What does not depend on the
// database runs on SQLite alone: only tests tagged @journey run on PostgreSQL as well. A test tagged @script is
// about what script adds, one tagged @plain about what happens without it.
const DATABASES = process.env.ACCORD_TEST_POSTGRES ? (['sqlite', 'postgres'] as const) : (['sqlite'] as const);
if (DATABASES.length === 1) console.warn('ACCORD_TEST_POSTGRES is not set: nothing runs on PostgreSQL');

const projects = (['en', 'fr'] as const).flatMap((language) =>
  ([true, false] as const).flatMap((script) =>
    DATABASES.map((database) => ({
      name: `${language}-${script ? 'script' : 'plain'}-${database}`,
      use: { language, script, database },
      grep: database === 'postgres' ? /@journey/ : /.*/,
      grepInvert: script ? /@plain/ : /@script/,
    })),
  ),
);

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
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: await findChromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects,
});
