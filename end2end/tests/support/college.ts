// A provider of somebody else beside the embedded one, a process of its own: see services/college.mjs.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import type { Person } from './person.ts';
import { freePort } from './server.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

export class College {
  private process: ChildProcess | undefined;
  private readonly output: string[] = [];

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
    const env = { ...process.env, CLIENT_SECRET: secret, PORT: String(college.port) };
    college.process = spawn(process.execPath, [join(ROOT, 'end2end/services/college.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [college.process.stdout!, college.process.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => college.output.push(text));
    for (const until = Date.now() + 20_000; Date.now() < until; await new Promise((again) => setTimeout(again, 20)))
      if (await fetch(college.url).catch(() => undefined)) return college;
    throw new Error(`the college did not start:\n${college.log}`);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }
  get settings(): Record<string, string> {
    return { ACCORD_PROVIDERS: join(this.folder, 'providers.toml') };
  }
  get log(): string {
    return this.output.join('');
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
    this.process?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
