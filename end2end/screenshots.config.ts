// The pictures of the README, and every page in every look: `make screenshots`.
import suite from './playwright.config.ts';

export default {
  ...suite,
  testDir: 'looks',
  projects: [
    { name: 'en', use: { language: 'en' as const, script: true, database: 'sqlite' as const } },
    { name: 'fr', use: { language: 'fr' as const, script: true, database: 'sqlite' as const } },
  ],
};
