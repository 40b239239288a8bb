// The sample service, a process of its own: registered as a client application of the portal's provider, and named in
// a catalogue that is the built-in one with its address.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aside, ROOT } from './aside.ts';
import { freePort } from './server.ts';

const CLIENT = 'funding-app';
/** Another application, which renews its tokens: the test itself. */
const CALENDAR = 'calendar-app';

export class Service {
  private process: Aside | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly secret: string,
  ) {}

  /** Chooses its port and writes the two files that make it known. */
  static async known(): Promise<Service> {
    const service = new Service(await freePort(), mkdtempSync(join(tmpdir(), 'service_')), randomBytes(32).toString('base64url'));
    const builtIn = readFileSync(join(ROOT, 'server/backend/src/catalogue.toml'), 'utf8');
    const key = 'key = "funding-online"';
    if (!builtIn.includes(key)) throw new Error(`the catalogue has no ${key}`);
    const named = `${key}\naddress = "${service.url}/"\nclient = "${CLIENT}"`;
    writeFileSync(service.file('catalogue.toml'), builtIn.replace(key, named));
    const hash = createHash('sha256').update(service.secret).digest('hex');
    writeFileSync(
      service.file('clients.toml'),
      `[[client]]
id = "${CLIENT}"
name = { en = "Funding agreements online", fr = "Ententes de financement en ligne" }
secret_sha256 = "${hash}"
redirect_uris = ["${service.url}/back"]
post_logout_redirect_uris = ["${service.url}/"]
backchannel_logout_uri = "${service.url}/logout"
first_party = true

[[client]]
id = "${CALENDAR}"
name = { en = "Calendar", fr = "Calendrier" }
secret_sha256 = "${hash}"
redirect_uris = ["${service.url}/calendar"]
post_logout_redirect_uris = ["${service.url}/calendar"]
first_party = true
refresh_tokens = true
`,
    );
    return service;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** What the other application is registered with. */
  get calendar() {
    return { id: CALENDAR, secret: this.secret, back: `${this.url}/calendar` };
  }

  get settings(): Record<string, string> {
    return { ACCORD_CATALOGUE: this.file('catalogue.toml'), ACCORD_CLIENTS: this.file('clients.toml') };
  }

  /** Starts it, trusting that portal's provider. */
  async start(portal: string): Promise<void> {
    const settings = { ISSUER: `${portal}/identity`, CLIENT_ID: CLIENT, CLIENT_SECRET: this.secret, PORT: String(this.port) };
    this.process = await Aside.start('funding.mjs', settings, this.url, { within: 10_000, isUp: (answer) => answer.ok });
  }

  get log(): string {
    return this.process?.log ?? '';
  }

  stop(): void {
    this.process?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}
