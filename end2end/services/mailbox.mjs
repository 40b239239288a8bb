// A mail server that keeps every letter it is handed, each in a file of its own, in the order in which they came: what
// is handed over twice is there twice.
//   node mailbox.mjs FOLDER     prints the port it listens on
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

const folder = process.argv[2] ?? '.';
let letters = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, taken) {
    /** @type {Buffer[]} */
    const pieces = [];
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('end', () => {
      writeFileSync(join(folder, `${letters++}.eml`), Buffer.concat(pieces));
      taken();
    });
  },
});
server.listen(0, '127.0.0.1', () => {
  const address = server.server.address();
  console.log(typeof address === 'object' && address ? address.port : '');
});
