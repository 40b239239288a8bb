// A person at a browser of their own. Tests say what people do and see; how that is done is written here, once.
import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectAccessibleInEveryLook } from './axe.ts';
import type { Watch } from './watch.ts';
import type { Words } from './words.ts';

export class Person {
  constructor(
    readonly name: string,
    readonly page: Page,
    readonly context: BrowserContext,
    readonly say: Words,
    readonly script: boolean,
    readonly watch: Watch,
    private readonly home: string,
  ) {}

  // --- Goes ---
  /** A path of the portal, or a link from a letter. */
  async opens(address: string): Promise<void> {
    await this.page.goto(new URL(address, this.home).href);
    await this.alive();
  }
  /** The page as it is now, asked for again. */
  async reloads(): Promise<void> {
    await this.page.reload();
    await this.alive();
  }
  async follows(link: string | RegExp, within?: Locator): Promise<void> {
    await this.alive();
    await (within ?? this.page).getByRole('link', { name: link }).click();
  }
  async presses(button: string | RegExp, within?: Locator): Promise<void> {
    await this.alive();
    await (within ?? this.page).getByRole('button', { name: button }).click();
  }

  // --- Writes ---
  async fills(label: string | RegExp, text: string): Promise<void> {
    await this.alive();
    await this.page.getByLabel(label, { exact: typeof label === 'string' }).fill(text);
  }
  async ticks(label: string | RegExp, on = true): Promise<void> {
    await this.alive();
    await this.page.getByRole('checkbox', { name: label }).setChecked(on);
  }
  async chooses(label: string | RegExp, option: string): Promise<void> {
    await this.alive();
    const field = this.page.getByLabel(label);
    if (await field.evaluate((one) => one instanceof HTMLSelectElement)) await field.selectOption({ label: option });
    else await this.page.getByRole('radio', { name: option }).check();
  }

  // --- Sees ---
  async sees(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('main').getByText(text).first()).toBeVisible();
  }
  async seesNo(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text)).toHaveCount(0);
  }
  /** The page is this one: its one h1, and the same words in its title. */
  async isOn(heading: string | RegExp): Promise<void> {
    const h1 = this.page.getByRole('heading', { level: 1 });
    await expect(h1).toHaveText(heading);
    await expect(this.page).toHaveTitle(containing((await h1.innerText()).trim()));
    await expect(this.page.locator('html')).toHaveAttribute('lang', new RegExp(`^${this.say.language}`));
  }
  /** The row of a table, or the card of a list, that holds this text. */
  row(text: string | RegExp): Locator {
    return this.page.getByRole('main').getByRole('row').filter({ hasText: text });
  }

  /** Islands are alive: the browser's part has marked the page. Never a time. Pages without islands need nothing. */
  async alive(): Promise<void> {
    if (!this.script) return;
    await this.page.waitForLoadState('domcontentloaded');
    if ((await this.page.locator('leptos-island').count()) === 0) return;
    await this.page.locator('html[data-alive]').waitFor({ state: 'attached' });
  }
  async findsItAccessible(): Promise<void> {
    await this.alive();
    await expectAccessible(this.page);
  }
  async findsItAccessibleInEveryLook(): Promise<void> {
    await this.alive();
    await expectAccessibleInEveryLook(this.page);
  }

  // --- Signs in ---
  /** At the embedded provider's sign-in page, wherever it came from; its fields are what password managers know. */
  async signsInWith(email: string, password: string): Promise<void> {
    await this.page.locator('input[autocomplete~="username"]').fill(email);
    await this.page.locator('input[autocomplete="current-password"]').fill(password);
    await this.page.locator('form:has(input[autocomplete="current-password"]) button:not([type="button"])').click();
  }
}

function containing(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'));
}
