// A provider of somebody else beside the embedded one, a process of its own: see services/college.mjs.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Aside } from './aside.ts';
import type { Person } from './person.ts';
import { freePort } from './server.ts';

export class College {
  private process: Aside | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  /** Starts it, and writes the file that makes it known to the portal. */
  static async open(): Promise<College> {
    const college = new College(await freePort(), mkdtempSync(join(tmpdir(), 'college_')));
    const secret = randomBytes(32).toString('base64url');
    writeFileSync(join(college.folder, 'secret'), secret);
    writeFileSync(
      join(college.folder, 'providers.toml'),
      `[[provider]]
key = "college"
name = { en = "the College", fr = "le Collège" }
issuer = "${college.url}"
client_id = "accord"
secret_file = "secret"
`,
    );
    const settings = { CLIENT_SECRET: secret, PORT: String(college.port) };
    // Before it knows the portal, it answers that there is nothing.
    college.process = await Aside.start('college.mjs', settings, college.url, { within: 20_000, isUp: () => true });
    return college;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }
  get settings(): Record<string, string> {
    return { ACCORD_PROVIDERS: join(this.folder, 'providers.toml') };
  }
  get log(): string {
    return this.process?.log ?? '';
  }

  /** Serves the portal at that address. */
  async serves(portal: string): Promise<void> {
    await this.tell('portal', portal);
  }
  /** Signs with another key from now on; the one before is gone. */
  async rotates(): Promise<void> {
    await this.tell('rotate');
  }
  private async tell(what: string, body = ''): Promise<void> {
    const answer = await fetch(`${this.url}/${what}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`the college answered ${answer.status}:\n${this.log}`);
  }

  /** On its page, somebody says who they are, and agrees to be known by the portal. */
  async signsIn(person: Person, name: string): Promise<void> {
    const { page } = person;
    await expect(page).toHaveURL(new RegExp(`^${this.url}/interaction/`));
    await page.locator('input[name="login"]').fill(name);
    await page.locator('input[name="password"]').fill('anything');
    await page.locator('button[type="submit"]').click();
    await this.agrees(person);
  }
  async agrees({ page }: Person): Promise<void> {
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  stop(): void {
    this.process?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
