// A program of this suite's own that runs beside the portal: a service, a provider of somebody else.
import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

export class Aside {
  private readonly process: ChildProcess;
  private readonly output: string[] = [];

  private constructor(script: string, settings: Record<string, string>) {
    const env = { ...process.env, ...settings };
    this.process = spawn(process.execPath, [join(ROOT, 'end2end/services', script)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => this.output.push(text));
  }

  /** Starts a script of `services/`, and waits until that address answers as it should. */
  static async start(
    script: string,
    settings: Record<string, string>,
    url: string,
    { within, isUp }: { within: number; isUp: (answer: Response) => boolean },
  ): Promise<Aside> {
    const aside = new Aside(script, settings);
    for (const until = Date.now() + within; Date.now() < until; await new Promise((again) => setTimeout(again, 20))) {
      const answer = await fetch(url).catch(() => undefined);
      if (answer && isUp(answer)) return aside;
    }
    aside.stop();
    throw new Error(`${script} did not start:\n${aside.log}`);
  }

  get log(): string {
    return this.output.join('');
  }

  stop(): void {
    this.process.kill();
  }
}
