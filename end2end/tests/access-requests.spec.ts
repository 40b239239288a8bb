// Requests for access: an organization that nobody knows asks, two people sign from two mailboxes, Support decides, and
// the link and the code together open the access (R1 to R6, P4, R10); several at once from a table (R9); a draft that is
// gone on with, a change that both sign anew (R3).
import { demo } from './support/demo.ts';
import { createsAnAccount, searches, signsIn } from './support/steps.ts';
import { codeIn, expect, linkIn, test } from './support/test.ts';
import type { Letter } from './support/mail.ts';
import type { Person } from './support/person.ts';

const PASSWORD = 'Marée-haute-à-Shédiac-7';
const SERVICE = { en: 'Funding agreements online', fr: 'Ententes de financement en ligne' };

interface Asking {
  organization: { en: string; fr: string };
  user: { first: string; last: string; email: string };
  authorizer: { first: string; last: string; email: string };
}

function asking(name: string, mailbox: (name: string) => string): Asking {
  return {
    organization: { en: `${name} Library`, fr: `Bibliothèque ${name}` },
    user: { first: 'Ursule', last: 'Côté-Test', email: mailbox('ursule.cote') },
    authorizer: { first: 'Adèle', last: 'Arsenault-Test', email: mailbox('adele.arsenault') },
  };
}

/** From the first page to the form of the service. */
async function comesToTheForm(one: Person): Promise<void> {
  const { say } = one;
  await one.opens(`/${say.language}`);
  await one.follows(say('home.landing_ask_link'));
  await one.isOn(say('access_requests.ask.title'));
  await one.findsItAccessibleInEveryLook();
  await one.page.locator('input[value="organization"]').check();
  await one.presses(say('access_requests.ask.go_on'));
  await one.isOn(say('access_requests.ask.service_title'));
  await one.findsItAccessible();
  await one.page.locator('input[value="funding-online"]').check();
  await one.presses(say('access_requests.ask.go_on'));
  await one.isOn(say('access_requests.ask.form_title', { service: SERVICE[say.language] }));
}

async function names(one: Person, who: 'user' | 'authorizer', person: Asking['user']): Promise<void> {
  const field = (name: string) => one.page.locator(`[name="form[${who}][${name}]"]`);
  await field('last_name').fill(person.last);
  await field('first_name').fill(person.first);
  await field('email').fill(person.email);
  await field('language').selectOption(one.say.language);
}

async function fillsIn(one: Person, { organization, user, authorizer }: Asking): Promise<void> {
  await one.page.locator('[name="form[organization_is]"][value="new"]').check();
  await one.page.locator('[name="form[organization][name_en]"]').fill(organization.en);
  await one.page.locator('[name="form[organization][name_fr]"]').fill(organization.fr);
  await names(one, 'user', user);
  await names(one, 'authorizer', authorizer);
}

/** Looks at all of it once more, sends it, and learns its reference. */
async function sends(one: Person, { user, authorizer }: Asking): Promise<string> {
  const { say } = one;
  await one.presses(say('access_requests.ask.review'));
  await one.isOn(say('access_requests.ask.review_title'));
  await one.sees(user.email);
  await one.sees(authorizer.email);
  await one.findsItAccessible();
  await one.presses(say('access_requests.ask.send'));
  await one.isOn(say.pattern('access_requests.ask.sent_title'));
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await one.page.locator('h1').innerText())?.[0];
  expect(reference).toBeDefined();
  return reference!;
}

/** Behind the link of a letter: reads, and signs by name with the commitments. */
async function signs(one: Person, letter: Letter, name: string, portal: string): Promise<void> {
  const { say } = one;
  await one.opens(linkIn(letter, portal));
  await one.isOn(say.pattern('access_requests.page.title'));
  await one.ticks(say('access_requests.page.accept'));
  await one.page.locator('#signature').fill(name);
  await one.presses(say('access_requests.page.sign'));
  await one.sees(say('access_requests.page.notice_signed'));
}

async function comesToTheQueue(gisele: Person): Promise<void> {
  const { say } = gisele;
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${say.language}/desk/access-requests`);
  await gisele.isOn(say('access_desk.title'));
}

test('an unknown organization asks, both sign, Support holds and approves; link and code together open the access @journey', async ({
  accord,
  person,
  post,
  mailbox,
  say,
  language,
}) => {
  test.slow(); // The longest way there is: four people, eleven letters.
  const asked = asking('Kouchibouguac', mailbox);
  const { user, authorizer } = asked;
  const her = `${user.first} ${user.last}`;
  const hers = `${authorizer.first} ${authorizer.last}`;

  // Ursule asks. What is wrong stands beside its field, and nothing typed is lost (R4, G5).
  const ursule = await person('Ursule');
  await comesToTheForm(ursule);
  await ursule.findsItAccessibleInEveryLook();
  await fillsIn(ursule, asked);
  await ursule.page.locator('[name="form[authorizer][email]"]').fill('info@example.org');
  await ursule.presses(say('access_requests.ask.review'));
  await ursule.sees(say('problems.shared_mailbox'));
  await expect(ursule.page.locator('[name="form[user][last_name]"]')).toHaveValue(user.last);
  await ursule.findsItAccessible();
  await ursule.page.locator('[name="form[authorizer][email]"]').fill(user.email);
  await ursule.presses(say('access_requests.ask.review'));
  await ursule.sees(say('problems.same_mailbox'));
  await ursule.page.locator('[name="form[authorizer][email]"]').fill(authorizer.email);
  const reference = await sends(ursule, asked);
  await ursule.findsItAccessible();

  // Each signs from their own mailbox what they read (R3, R11); scanners of links sign nothing (I8).
  const toAdele = await post.to(authorizer.email);
  expect(toAdele.subject).toContain(reference);
  for (let visit = 0; visit < 20; visit++) expect((await fetch(linkIn(toAdele, accord.url))).status).toBe(200);
  const adele = await person('Adèle');
  await adele.opens(linkIn(toAdele, accord.url));
  await adele.isOn(say('access_requests.page.title', { reference }));
  await expect(adele.page.locator('pre')).toContainText(asked.organization[language]);
  await adele.findsItAccessibleInEveryLook();
  await adele.page.locator('#signature').fill('Somebody Else');
  await adele.presses(say('access_requests.page.sign'));
  await adele.sees(say('problems.commitment_needed'));
  await adele.findsItAccessible();
  await signs(adele, toAdele, hers, accord.url);
  await adele.findsItAccessible();
  await signs(ursule, await post.to(user.email), her, accord.url);
  for (const one of [user, authorizer])
    expect((await post.to(one.email)).subject).toBe(say('access_requests.letter.received.subject', { reference }));
  expect((await post.to(demo.supportAddress)).text).toContain(reference);

  // Support asks something first; Adèle answers (R5).
  const gisele = await person('Gisele');
  await comesToTheQueue(gisele);
  await gisele.findsItAccessibleInEveryLook();
  await gisele.follows(new RegExp(her), gisele.row(her));
  await gisele.isOn(say('access_requests.page.title', { reference }));
  await gisele.sees(say('access_desk.card.found_nothing'));
  await gisele.findsItAccessibleInEveryLook();
  await gisele.follows(say('access_desk.card.hold'));
  await gisele.presses(say('access_desk.holding.button'));
  await gisele.sees(say('ui.error_title'));
  await gisele.findsItAccessible();
  await gisele.page.locator('textarea').first().fill('Quel programme? – Which program?');
  await gisele.presses(say('access_desk.holding.button'));
  await gisele.sees(say('access_desk.done.held'));
  await post.to(user.email);
  const question = await post.to(authorizer.email);
  expect(question.text).toContain('Which program?');
  await adele.opens(linkIn(question, accord.url));
  await adele.sees('Which program?');
  await adele.findsItAccessible();
  await adele.fills(say('access_requests.page.answer'), 'Lecture publique');
  await adele.presses(say('access_requests.page.answer_send'));
  await adele.sees(say('access_requests.page.notice_answered'));
  expect((await post.to(demo.supportAddress)).text).toContain('Lecture publique');

  // Gisèle approves: organization, contact, profiles and invitation come of it, in one act (R5, P4).
  await gisele.reloads();
  await gisele.sees('Lecture publique');
  await gisele.follows(say('access_desk.card.approve'));
  await gisele.isOn(say('access_desk.approving.title', { reference }));
  await gisele.findsItAccessible();
  await gisele.page.locator('input[value="funding.user"]').check();
  await gisele.presses(say('access_desk.approving.button'));
  await gisele.sees(say('access_desk.done.approved_more'));
  await gisele.findsItAccessible();

  // The link goes to one mailbox, the code to the other (R6).
  const invitation = await post.to(user.email);
  const handed = await post.to(authorizer.email);
  expect(handed.subject).toBe(say('access_requests.letter.code.subject', { name: her }));
  const code = /^\s*([0-9A-Z]{4}(-[0-9A-Z]{4}){2})\s*$/m.exec(handed.text)?.[1];
  expect(code).toBeDefined();
  expect(invitation.text).not.toContain(code!);
  await ursule.opens(linkIn(invitation, accord.url));
  await ursule.sees(say('invitations.landing.code_title'));
  await ursule.findsItAccessible();
  await ursule.presses(say('invitations.landing.sign_in'));
  await createsAnAccount(ursule, { ...user, password: PASSWORD }, async () => codeIn(await post.to(user.email)));
  await ursule.isOn(say('invitations.accept.title'));
  await ursule.presses(say('invitations.accept.confirm'));
  await ursule.sees(say('problems.code_needed')); // The link alone opens nothing.
  await ursule.findsItAccessible();
  await ursule.page.locator('#code').fill('AAAA-BBBB-CCCC');
  await ursule.presses(say('invitations.accept.confirm'));
  await ursule.sees(say('problems.wrong_code', { left: 4, count: 4 }));
  await ursule.page.locator('#code').fill(code!.toLowerCase());
  await ursule.presses(say('invitations.accept.confirm'));
  await ursule.isOn(asked.organization[language]);
  await ursule.sees(SERVICE[language]); // R10
  await ursule.findsItAccessible();
  expect((await post.to(authorizer.email)).subject).toBe(say('access_requests.letter.activated.subject', { name: her }));

  // She is its primary contact, and administers it (P4).
  await ursule.follows(say('shell.contacts'), ursule.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await expect(ursule.row(user.last)).toContainText(say('contacts.primary'));
  await expect(ursule.row(user.last)).toContainText(say('contacts.administrator'));
  await searches(ursule, authorizer.last);
});

test('a table of twenty people with three faulty lines ends as seventeen requests and three explanations', async ({
  person,
  post,
  say,
  language,
}) => {
  const camille = await person('Camille');
  await comesToTheForm(camille);
  await camille.follows(say('access_requests.several.link'));
  await camille.isOn(say('access_requests.several.title', { service: SERVICE[language] }));
  await camille.findsItAccessibleInEveryLook();
  await camille.presses(say('access_requests.several.send'));
  await camille.sees(say('problems.missing_table'));
  await camille.findsItAccessible();
  await camille.page.locator('[name="form[organization_is]"][value="new"]').check();
  await camille.page.locator('[name="form[organization][name_en]"]').fill('Tidal Bore Training');
  await camille.page.locator('[name="form[organization][name_fr]"]').fill('Formation du Mascaret');
  await names(camille, 'authorizer', { first: 'Yvon', last: 'Savoie-Test', email: 'yvon.savoie@example.org' });
  const people = Array.from({ length: 20 }, (_, n) => ({ last: `Table-${n}`, email: `table.${n}@example.org` }));
  people[3]!.last = '';
  people[9]!.email = 'not an address';
  people[15]!.email = 'info@example.org'; // R4
  const lines = people.map(({ last, email }) => `${last};Zoé;${email};${language === 'fr' ? 'français' : 'English'}`);
  await camille.page.locator('#table').setInputFiles({
    name: 'table.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['Nom de famille;Prénom;Courriel;Langue', ...lines].join('\r\n'), 'utf8'),
  });
  await camille.presses(say('access_requests.several.send'));
  await camille.isOn(say('access_requests.several.sent', { count: 17 }));
  await camille.sees(say('access_requests.several.wrong', { count: 3 }));
  await expect(camille.page.locator('.result.done')).toHaveCount(17);
  await expect(camille.page.locator('.result.refused')).toHaveCount(3);
  await camille.sees(say('problems.shared_mailbox'));
  await camille.findsItAccessibleInEveryLook();
  await camille.follows(say('access_requests.several.correct')); // Those three alone.
  await expect(camille.page.locator('[name="pasted"]')).toHaveValue(/not an address/);
  await expect(camille.page.locator('[name="pasted"]')).not.toHaveValue(/table\.0@/);

  // Each of the seventeen receives a link of their own; who authorizes them all, one letter.
  const sent = people.filter((_, n) => ![3, 9, 15].includes(n));
  await Promise.all(sent.map(({ email }) => post.to(email)));
  const all = await post.to('yvon.savoie@example.org');
  expect(all.subject).toBe(say('access_requests.letter.many.subject_many', { count: 17 }));
});

test('a draft is gone on with; what is changed after the first signature both sign anew', async ({
  accord,
  person,
  post,
  mailbox,
  say,
}) => {
  const asked = asking('Miscou', mailbox);
  const { user, authorizer } = asked;
  const ursule = await person('Ursule');
  await comesToTheForm(ursule);
  await ursule.page.locator('[name="form[organization][name_en]"]').fill(asked.organization.en);
  await ursule.presses(say('access_requests.ask.save'));
  await ursule.sees(say('ui.error_title')); // Where to? The address is missing.
  await expect(ursule.page.locator('[name="form[organization][name_en]"]')).toHaveValue(asked.organization.en);
  await ursule.page.locator('[name="form[sent_by]"]').fill(user.email);
  await ursule.presses(say('access_requests.ask.save'));
  await ursule.isOn(say.pattern('access_requests.ask.saved_title'));
  await ursule.findsItAccessible();

  // On another device, the link of the letter goes on with it.
  const elsewhere = await person('Ursule, elsewhere');
  await elsewhere.opens(linkIn(await post.to(user.email), accord.url));
  await elsewhere.sees(say('access_requests.page.draft'));
  await elsewhere.findsItAccessible();
  await elsewhere.follows(say('access_requests.change.go_on'));
  await expect(elsewhere.page.locator('[name="form[organization][name_en]"]')).toHaveValue(asked.organization.en);
  await elsewhere.findsItAccessible();
  await fillsIn(elsewhere, asked);
  await sends(elsewhere, asked);

  // Adèle signs; then Ursule changes a name, and both sign what it says now.
  const toUrsule = await post.to(user.email);
  const toAdele = await post.to(authorizer.email);
  const adele = await person('Adèle');
  await signs(adele, toAdele, `${authorizer.first} ${authorizer.last}`, accord.url);
  await elsewhere.opens(linkIn(toUrsule, accord.url));
  await elsewhere.follows(say('access_requests.change.link'));
  await elsewhere.sees(say('access_requests.change.anew_what'));
  await elsewhere.findsItAccessible();
  const changed = { ...asked, user: { ...user, last: 'Côté-Roy-Test' } };
  await names(elsewhere, 'user', changed.user);
  await sends(elsewhere, changed);
  const anew = await post.to(authorizer.email);
  expect(anew.text).toContain(say('access_requests.letter.sign.changed'));
  adele.watch.allow(404, 410);
  await adele.opens(linkIn(toAdele, accord.url)); // The link before is dead.
  await adele.isOn(say('access_requests.page.unknown_title'));
  await adele.sees(say('problems.request_link_unknown'));
  await adele.findsItAccessible();
  await adele.opens(linkIn(anew, accord.url));
  await expect(adele.page.locator('pre')).toContainText('Côté-Roy-Test');
  await adele.sees(say('access_requests.page.unsigned'));

  // She will not sign that: the request ends, and both learn it.
  await post.to(user.email);
  await adele.page.getByText(say('access_requests.page.decline'), { exact: true }).click();
  await adele.fills(say('access_requests.page.reason'), 'Je ne connais pas cette personne.');
  await adele.presses(say('access_requests.page.decline_send'));
  await adele.sees(say('access_requests.page.notice_declined'));
  await adele.sees('Je ne connais pas cette personne.');
  await adele.findsItAccessible();
  expect((await post.to(user.email)).text).toContain('Je ne connais pas cette personne.');
});

test('Support enters a request on paper, refuses another, and reads the figures', async ({ person, post, mailbox, say }) => {
  const asked = asking('Paquetville', mailbox);
  const gisele = await person('Gisele');
  await comesToTheQueue(gisele);
  await gisele.follows(say('access_desk.to_figures'));
  await gisele.isOn(say('access_desk.figures.title'));
  await gisele.findsItAccessibleInEveryLook();
  await gisele.follows(say('access_desk.back'), gisele.page.getByRole('main'));
  await gisele.follows(say('access_desk.to_allow'));
  await gisele.findsItAccessible();
  await gisele.fills(say('access_desk.allowing.email'), 'info@example.org');
  await gisele.fills(say('access_desk.allowing.reason'), 'Elle seule lit cette boîte.');
  await gisele.presses(say('access_desk.allowing.button'));
  await gisele.sees(say('access_desk.done.allowed', { email: 'info@example.org' }));

  await gisele.follows(say('access_desk.to_paper')); // R13
  await gisele.isOn(say('access_desk.paper.title'));
  await gisele.findsItAccessibleInEveryLook();
  await gisele.presses(say('access_desk.paper.button'));
  await gisele.sees(say('ui.error_title'));
  await gisele.findsItAccessible();
  const field = (name: string) => gisele.page.locator(`[name="form[request]${name}"]`);
  await field('[situation]').selectOption('organization');
  await field('[service]').selectOption('funding-online');
  await gisele.page.locator('[name="form[request][organization_is]"][value="new"]').check();
  await field('[organization][name_en]').fill(asked.organization.en);
  await field('[organization][name_fr]').fill(asked.organization.fr);
  for (const [who, one] of [['user', asked.user], ['authorizer', asked.authorizer]] as const) {
    await field(`[${who}][last_name]`).fill(one.last);
    await field(`[${who}][first_name]`).fill(one.first);
    await field(`[${who}][email]`).fill(one.email);
    await field(`[${who}][language]`).selectOption(say.language);
    await gisele.page.locator(`[name="form[${who}_signed]"]`).fill(`${one.first} ${one.last}`);
    await gisele.page.locator(`[name="${who}_scan"]`).setInputFiles({
      name: `${who}.pdf`,
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
    });
  }
  await gisele.presses(say('access_desk.paper.button'));
  await gisele.sees(say.pattern('access_desk.done.entered'));
  await gisele.isOn(say.pattern('access_requests.page.title'));
  await gisele.sees(say('access_desk.card.on_paper'));
  const scan = gisele.page.waitForEvent('download');
  await gisele.follows(new RegExp(`${say('access_desk.card.scan')}.*${asked.user.last}`));
  expect((await scan).suggestedFilename()).toMatch(/\.pdf$/);
  for (const { email } of [asked.user, asked.authorizer]) await post.to(email);
  await post.to(demo.supportAddress);

  // Taken in hand, then refused with a reason that both read (R5).
  await gisele.presses(say('access_desk.card.take'));
  await gisele.sees(say('access_desk.done.taken'));
  await gisele.follows(say('access_desk.card.refuse'));
  await gisele.findsItAccessible();
  await gisele.page.locator('textarea').first().fill('Le programme est terminé.');
  await gisele.presses(say('access_desk.refusing.button'));
  await gisele.sees(say('access_desk.done.refused'));
  await gisele.findsItAccessible();
  for (const { email } of [asked.user, asked.authorizer])
    expect((await post.to(email)).text).toContain('Le programme est terminé.');
});
