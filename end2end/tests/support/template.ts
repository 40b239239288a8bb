// Before the suite: the demonstration data, once on each database; tests work on copies.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillTemplate } from './server.ts';

export default async function prepare(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'accord-end2end-'));
  await fillTemplate(folder, 'sqlite');
  if (process.env.ACCORD_TEST_POSTGRES) await fillTemplate(folder, 'postgres');
  return () => rmSync(folder, { recursive: true, force: true });
}
