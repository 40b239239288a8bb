// A real SMTP server, one for each test: what the portal sends is received, parsed and read by people.
import { EventEmitter, on } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type AddressObject } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Letter {
  /** The envelope, which decides where it went. */
  to: string;
  returnPath: string;
  from: string;
  replyTo: string;
  subject: string;
  messageId: string;
  text: string;
  html: string;
  /** Every address in the text part, in order. */
  links: string[];
}

const ARRIVES_WITHIN = 20_000;

export class Post {
  private readonly arrivals = new EventEmitter();
  private readonly letters: Letter[] = [];
  private readonly read = new Set<Letter>();
  private readonly refused = new Map<string, { code: number; words: string }>();
  private readonly server: SMTPServer;

  private constructor() {
    this.arrivals.setMaxListeners(0);
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onRcptTo: ({ address }, _, answer) => {
        const refusal = this.refused.get(address.toLowerCase());
        if (!refusal) return answer();
        answer(Object.assign(new Error(refusal.words), { responseCode: refusal.code }));
      },
      onData: (stream, session, answer) => {
        simpleParser(stream, { skipImageLinks: true, skipTextLinks: true })
          .then((mail) => {
            const text = mail.text ?? '';
            const { mailFrom, rcptTo } = session.envelope;
            for (const { address } of rcptTo) {
              const letter: Letter = {
                to: address.toLowerCase(),
                returnPath: mailFrom ? mailFrom.address : '',
                from: addresses(mail.from),
                replyTo: addresses(mail.replyTo),
                subject: mail.subject ?? '',
                messageId: mail.messageId ?? '',
                text,
                html: mail.html || '',
                links: [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([link]) => link.replace(/[.,;)]+$/, '')),
              };
              this.letters.push(letter);
              this.arrivals.emit('letter', letter);
            }
            answer();
          })
          .catch(answer);
      },
    });
    this.server.on('error', () => {}); // a client that hangs up is not ours to report
  }

  static async open(): Promise<Post> {
    const post = new Post();
    await new Promise<void>((ready) => post.server.listen(0, '127.0.0.1', ready));
    return post;
  }

  get address(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  /** The next letter to this person that nobody has read yet; waits for it to arrive. */
  async to(address: string, limit = ARRIVES_WITHIN): Promise<Letter> {
    const wanted = address.toLowerCase();
    const unread = () => this.letters.find((letter) => letter.to === wanted && !this.read.has(letter));
    const late = AbortSignal.timeout(limit);
    const arriving = on(this.arrivals, 'letter', { signal: late }); // listens before it looks
    try {
      for (let found = unread(); ; found = unread()) {
        if (found) {
          this.read.add(found);
          return found;
        }
        await arriving.next();
      }
    } catch (error) {
      if (!late.aborted) throw error;
      const others = this.letters.map((l) => `  ${l.to}: ${l.subject}${this.read.has(l) ? ' (read)' : ''}`);
      throw new Error(`no letter to ${address} in ${limit} ms; there are:\n${others.join('\n') || '  none'}`);
    } finally {
      await arriving.return?.();
    }
  }

  /** What arrived and nobody read. A test that ends with unread letters fails. */
  unread(): Letter[] {
    return this.letters.filter((letter) => !this.read.has(letter));
  }

  /** From now on this address answers so: 550 is refused for good, 451 for now. */
  refuse(address: string, code = 550, words = 'No such mailbox'): void {
    this.refused.set(address.toLowerCase(), { code, words });
  }
  acceptAgain(address: string): void {
    this.refused.delete(address.toLowerCase());
  }
}

/** The one link of a letter that begins with this address and path. */
export function linkIn(letter: Letter, beginning: string): string {
  const found = [...new Set(letter.links.filter((link) => link.startsWith(beginning)))];
  if (found.length === 0) throw new Error(`no link to ${beginning}… in "${letter.subject}":\n${letter.text}`);
  return found[0]!;
}

/** The verification code of a letter: a number standing alone on its line, or the only one of six to eight digits. */
export function codeIn(letter: Letter): string {
  const alone = letter.text.match(/^\s*((?:\d[ -]?){6,8})\s*$/m)?.[1] ?? letter.text.match(/\b\d{6,8}\b/)?.[0];
  if (!alone) throw new Error(`no code in "${letter.subject}":\n${letter.text}`);
  return alone.replace(/\D/g, '');
}

const addresses = (from: AddressObject | AddressObject[] | undefined) =>
  [from ?? []].flat().map((one) => one.text).join(', ');
