// The program `accord` as it is shipped: a process of its own for each test, on its own copy of the demonstration
// data, so that no test sees what another did.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export type Database = 'sqlite' | 'postgres';

const run = promisify(execFile);
export const ROOT = resolve(import.meta.dirname, '../../..');
const STARTS_WITHIN = 20_000;
const STOPS_WITHIN = 15_000;

export function program(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const path = process.env.ACCORD_BIN ?? join(target, 'release', 'accord');
  if (!existsSync(path)) throw new Error(`${path} does not exist: make build`);
  return path;
}

/** Nothing of the developer's own ACCORD_ settings reaches the program under test. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ACCORD_'));
  return {
    LEPTOS_OUTPUT_NAME: 'accord',
    LEPTOS_SITE_ROOT: join(ROOT, 'target/site'),
    LEPTOS_HASH_FILES: 'true',
    ...Object.fromEntries(inherited),
    ...settings,
  };
}

// --- Data -------------------------------------------------------------------------------------------

/** A folder of data (database, generated secrets) and, on PostgreSQL, a database. */
export interface Data {
  folder: string;
  database: Database;
  settings: Record<string, string>;
}

function dataIn(folder: string, database: Database): Data {
  const settings: Record<string, string> = { ACCORD_DATA: folder };
  if (database === 'postgres') settings.ACCORD_DATABASE_URL = postgres(nameOf(folder));
  return { folder, database, settings };
}

/** New data, filled with the demonstration for the address that it will be served at: the accounts of the embedded
 * provider belong to its issuer, which is that address. */
export async function demonstration(database: Database): Promise<Data> {
  const data = dataIn(mkdtempSync(join(tmpdir(), 'accord_')), database);
  if (database === 'postgres') await sql(`CREATE DATABASE ${nameOf(data.folder)}`);
  const port = await freePort();
  data.settings.ACCORD_LISTEN = `127.0.0.1:${port}`;
  data.settings.ACCORD_BASE_URL = `http://localhost:${port}`;
  await run(program(), ['demo'], {
    env: environment({ ...data.settings, ACCORD_MAIL: `folder:${join(data.folder, 'mail')}` }),
  });
  return data;
}

export async function removeData(data: Data): Promise<void> {
  rmSync(data.folder, { recursive: true, force: true });
  if (data.database === 'postgres') await sql(`DROP DATABASE ${nameOf(data.folder)} WITH (FORCE)`);
}

const nameOf = (folder: string) => basename(folder).toLowerCase();

function postgres(name: string): string {
  const server = process.env.ACCORD_TEST_POSTGRES;
  if (!server) throw new Error('ACCORD_TEST_POSTGRES is not set');
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function sql(statement: string): Promise<void> {
  await run('psql', [postgres('postgres'), '--no-psqlrc', '--quiet', '--command', statement]);
}

// --- Process ----------------------------------------------------------------------------------------

export class Server {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly output: string[],
  ) {}

  static async start(data: Data, settings: Record<string, string>): Promise<Server> {
    const url = data.settings.ACCORD_BASE_URL!;
    const child = spawn(program(), ['serve'], {
      env: environment({ ACCORD_LOG: 'warn', ACCORD_PROOF_WAIT: '1', ...data.settings, ...settings }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    const server = new Server(url, child, output);
    await server.ready(url);
    return server;
  }

  private async ready(url: string): Promise<void> {
    const until = Date.now() + STARTS_WITHIN;
    while (this.runs && Date.now() < until) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((again) => setTimeout(again, 20));
    }
    this.process.kill('SIGKILL');
    throw new Error(`accord did not become ready:\n${this.log}`);
  }

  private get runs(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** What it has written so far. */
  get log(): string {
    return this.output.join('');
  }

  /** Asks it to stop; it must do so by itself. */
  async stop(): Promise<void> {
    if (this.runs) {
      const gone = new Promise<void>((done) => this.process.once('exit', () => done()));
      this.process.kill('SIGTERM');
      const late = setTimeout(() => this.process.kill('SIGKILL'), STOPS_WITHIN);
      await gone;
      clearTimeout(late);
    }
    if (this.process.exitCode !== 0)
      throw new Error(`accord ended with ${this.process.exitCode ?? this.process.signalCode}:\n${this.log}`);
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((done) => probe.close(() => done()));
  return port;
}
