// Accessibility, judged by axe: WCAG 2.2 AA and the best practices; it must find nothing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type CDPSession, type Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** What colours alone decide. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

export async function expectAccessible(page: Page): Promise<void> {
  await expectToPass(page, { type: 'tag', values: TAGS });
}

async function expectToPass(page: Page, runOnly: RunOptions['runOnly']): Promise<void> {
  const found = await withScript(page, async () => {
    await page.evaluate(SOURCE);
    return page.evaluate(async (runOnly) => {
      const { axe } = window as unknown as { axe: { run(on: Document, how: RunOptions): Promise<AxeResults> } };
      return axe.run(document, { runOnly, resultTypes: ['violations'] });
    }, runOnly);
  });
  const faults = found.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((n) => `    ${n.html}\n      ${n.failureSummary ?? ''}`).join('\n')}`,
  );
  expect(faults, `accessibility of ${page.url()}`).toEqual([]);
}

/** Kept as long as their pages: with the session would go what it set, and script would stay on. */
const sessions = new WeakMap<Page, CDPSession>();

/** Where script is off, axe would wait for its timers for ever: it is on for as long as axe runs. The page has been
 * read by then, none of its own scripts starts. */
async function withScript<T>(page: Page, act: () => Promise<T>): Promise<T> {
  const devtools = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, devtools);
  const disable = (value: boolean) => devtools.send('Emulation.setScriptExecutionDisabled', { value });
  const off = await page.evaluate(() => matchMedia('(scripting: none)').matches);
  try {
    if (off) {
      await disable(true); // this session must know it as off before it can switch it on
      await disable(false);
    }
    return await act();
  } finally {
    if (off) await disable(true);
  }
}

/** The same page in every look it may have: at each width, and what colours decide in the dark and in forced ones. */
export async function expectAccessibleInEveryLook(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' });
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await expectAccessible(page);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, `${page.url()} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
  }
  for (const look of [{ colorScheme: 'dark' as const }, { forcedColors: 'active' as const }]) {
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce', ...look });
    await expectToPass(page, { type: 'rule', values: COLOURS });
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: 'reduce' });
  await page.setViewportSize(before);
}
