// Agreements to sign, told by people: Support prepares one for two of whom one has no access; both read, sign, download
// the same PDF, and anybody can check it (S1 to S4). Then the ways in which it can go otherwise.
import { demo } from './support/demo.ts';
import {
  TITLES,
  addsAContact,
  comesToTheOrganization,
  opensTheLink,
  sendsAnAgreement,
  signsIt,
  type Signatory,
} from './support/agreements.ts';
import { createsAnAccount } from './support/steps.ts';
import { codeIn, expect, linkIn, test } from './support/test.ts';
import type { Person } from './support/person.ts';

const PASSWORD = 'Marée-haute-à-Shédiac-7';
const AMIRA = { first: 'Amira', last: 'Haddad', email: demo.reader.email };

/** Everybody has signed: the signed PDF appears by itself within moments. */
async function waitsForTheSignedPdf(one: Person): Promise<string> {
  const link = one.page.getByRole('link', { name: one.say(`signing.done.download_${one.say.language}`) });
  await expect(async () => {
    await one.reloads();
    await expect(link).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  return (await link.getAttribute('href'))!;
}

async function downloads(one: Person, href: string): Promise<Buffer> {
  const answer = await one.context.request.get(new URL(href, one.page.url()).href);
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-type']).toBe('application/pdf');
  expect(answer.headers()['content-disposition']).toContain('attachment');
  expect(answer.headers()['x-content-type-options']).toBe('nosniff');
  expect(answer.headers()['content-security-policy']).toContain('sandbox');
  return answer.body();
}

/** Chooses a copy on the verification page. */
async function checksACopy(one: Person, bytes: Buffer): Promise<void> {
  await one.page.locator('input[type="file"]').setInputFiles({ name: 'copy.pdf', mimeType: 'application/pdf', buffer: bytes });
  await one.presses(one.say('signing.verify.check'));
}

test('Support prepares an agreement, two sign it, and its PDF is checked by anybody @journey', async ({
  accord,
  person,
  post,
  mailbox,
  say,
  language,
}) => {
  test.slow(); // The longest way there is: four people, an account, two signatures, a seal.
  const noel: Signatory = { first: 'Noël', last: 'Haché-Test', email: mailbox('noel.hache') };
  const title = TITLES[language];

  const gisele = await person('Gisele');
  const organization = await comesToTheOrganization(gisele);
  await addsAContact(gisele, organization, noel);
  await sendsAnAgreement(gisele, organization, [AMIRA, noel]);
  const card = gisele.page.url();

  // Both are asked by e-mail, with or without access (S1); whoever scans the links signs nothing (I8).
  const toNoel = await post.to(noel.email);
  const toAmira = await post.to(AMIRA.email);
  expect(toNoel.text).toContain(title);
  expect(linkIn(toNoel, accord.url)).not.toBe(linkIn(toAmira, accord.url));
  for (const letter of [toNoel, toAmira])
    for (let visit = 0; visit < 20; visit++) {
      expect((await fetch(linkIn(letter, accord.url), { method: 'HEAD' })).status).toBe(200);
      expect((await fetch(linkIn(letter, accord.url))).status).toBe(200);
    }

  // Noël opens it in a browser of his own, chooses his language, and creates his account on the way (S2).
  const him = await person('Noel');
  await him.opens(linkIn(toNoel, accord.url).replace(/\/(en|fr)\//, language === 'fr' ? '/en/' : '/fr/'));
  await him.page.locator('.languages').locator(`a[hreflang="${language}"]`).click();
  await him.isOn(say.pattern('signing.landing.heading'));
  await him.sees(title);
  await him.findsItAccessibleInEveryLook();
  await him.presses(say('signing.landing.sign_in'));
  await him.isOn(say('accounts.sign_in.title'));
  await expect(him.page.locator('input[autocomplete~="username"]')).toHaveValue(noel.email); // login_hint (A2)
  await createsAnAccount(him, { ...noel, password: PASSWORD }, async () => codeIn(await post.to(noel.email)));

  // The whole document stands in the page, in the version that he chooses (S3).
  await him.isOn(say('signing.page.title', { title }));
  await expect(him.page.locator('.written')).toContainText(language === 'fr' ? 'Douze jeunes' : 'Twelve young people');
  await him.sees('Please read to the end.');
  await him.findsItAccessibleInEveryLook();
  const versions = him.page.getByRole('navigation', { name: say('signing.page.versions') });
  await versions.locator(`a[hreflang="${language === 'fr' ? 'en' : 'fr'}"]`).click();
  await expect(him.page.locator('.written')).toContainText(language === 'fr' ? 'Twelve young people' : 'Douze jeunes');
  await versions.locator(`a[hreflang="${language}"]`).click();
  await expect(him.page.locator('.written')).toContainText(language === 'fr' ? 'Douze jeunes' : 'Twelve young people');

  // Nothing is signed that was not read; what is typed stays (G5).
  await expect(him.page.locator('#signature')).toHaveValue(`${noel.first} ${noel.last}`);
  await him.page.locator('#signature').fill('Noël H. Haché-Test');
  await him.presses(say('signing.page.sign'));
  await him.sees(say('problems.read_first'));
  await expect(him.page.locator('#signature')).toHaveValue('Noël H. Haché-Test');
  await him.findsItAccessible();
  await signsIt(him, 'Noël H. Haché-Test');
  await him.sees(say('signing.done.others'));
  await him.findsItAccessibleInEveryLook();
  expect((await post.to(demo.support.email)).text).toContain('Haché-Test');

  // His home leads back to it, though he belongs to no organization.
  await him.opens(`/${language}/home`);
  await him.isOn(say('signing.home.title'));
  await him.findsItAccessible();
  await him.follows(title);
  await him.isOn(say('signing.done.title'));

  // Amira signs in as ever; it waits on her home too (S4).
  const amira = await person('Amira');
  await opensTheLink(amira, toAmira, accord.url);
  await amira.presses(say('signing.landing.sign_in'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.isOn(say('signing.page.title', { title }));
  await amira.sees(say('signing.state.signed'));
  await amira.opens(`/${language}/home`);
  await amira.isOn(demo.organization);
  await amira.sees(say('signing.home.to_sign'));
  await amira.findsItAccessible();
  await amira.follows(title, amira.page.getByRole('main'));
  await amira.isOn(say('signing.page.title', { title }));
  await signsIt(amira, 'Amira Haddad');

  // Everybody is told, and everybody has the same file (S3).
  const hers = await waitsForTheSignedPdf(amira);
  await amira.findsItAccessible();
  await him.reloads();
  const pdf = await downloads(amira, hers);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect((await downloads(him, await waitsForTheSignedPdf(him))).equals(pdf)).toBe(true);
  await post.to(demo.support.email); // The second signature is told too.
  for (const email of [noel.email, AMIRA.email, demo.support.email]) {
    const { text } = await post.to(email);
    expect([TITLES.en, TITLES.fr].some((one) => text.includes(one))).toBe(true);
  }

  // Anybody checks it by its code, without an account; a copy with one byte changed is found out.
  await gisele.opens(card);
  const verify = (await gisele.page.locator('a[href*="/verify-agreement?code="]').getAttribute('href'))!;
  const code = new URL(verify, accord.url).searchParams.get('code')!;
  const anybody = await person('Anybody');
  await anybody.opens(`/${language}/verify-agreement`);
  await anybody.isOn(say('signing.verify.title'));
  await anybody.findsItAccessibleInEveryLook();
  await anybody.page.locator('#code').fill('AAAA-BBBB-CCCC-DDDD');
  await anybody.presses(say('signing.verify.send'));
  await anybody.sees(say('problems.verification_unknown'));
  await anybody.findsItAccessible();
  await anybody.page.locator('#code').fill(code.toLowerCase());
  await anybody.presses(say('signing.verify.send'));
  await anybody.sees(say('signing.verify.found'));
  await anybody.sees('Noël H. Haché-Test');
  await anybody.findsItAccessibleInEveryLook();
  await checksACopy(anybody, pdf);
  await anybody.sees(say('signing.verify.same'));
  await anybody.findsItAccessible();
  const forged = Buffer.from(pdf);
  forged[forged.length >> 1]! ^= 1;
  await checksACopy(anybody, forged);
  await anybody.sees(say('signing.verify.different'));
  await anybody.findsItAccessible();

  // The link leads him to what he signed, and nobody else to anything.
  await opensTheLink(him, toNoel, accord.url);
  await him.isOn(say('signing.done.title'));
  anybody.watch.allow(410);
  await opensTheLink(anybody, toNoel, accord.url);
  await anybody.isOn(say('signing.ended.title_signed'));
  await anybody.findsItAccessible();
});

test('one declines with a reason, and the agreement ends for everybody', async ({ accord, person, post, mailbox, say }) => {
  const noel: Signatory = { first: 'Noël', last: 'Refus-Test', email: mailbox('noel.refus') };
  const gisele = await person('Gisele');
  const organization = await comesToTheOrganization(gisele);
  await addsAContact(gisele, organization, noel);
  await sendsAnAgreement(gisele, organization, [AMIRA, noel]);
  const toNoel = await post.to(noel.email);
  const toAmira = await post.to(AMIRA.email);

  const amira = await person('Amira');
  await opensTheLink(amira, toAmira, accord.url);
  await amira.presses(say('signing.landing.sign_in'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.follows(say('signing.page.decline'));
  await amira.isOn(say('signing.decline.title'));
  await amira.findsItAccessibleInEveryLook();
  await amira.presses(say('signing.decline.send'));
  await amira.sees(say('ui.error_title')); // S3: never without a reason
  await amira.findsItAccessible();
  await amira.page.locator('#reason').fill('Huit semaines, c’est trop court.');
  await amira.presses(say('signing.decline.send'));
  await amira.isOn(say('signing.decline.done_title'));
  await amira.findsItAccessible();

  expect((await post.to(demo.support.email)).text).toContain('trop court');
  await post.to(noel.email);
  const him = await person('Noel');
  him.watch.allow(410);
  await opensTheLink(him, toNoel, accord.url);
  await him.isOn(say('signing.ended.title_declined'));
  await him.seesNo(TITLES.en); // I8: a dead link tells nothing
  await him.findsItAccessible();
});

test('another account is told so, and another person cannot sign for somebody who has an account', async ({
  accord,
  person,
  post,
  say,
  language,
}) => {
  const gisele = await person('Gisele');
  const organization = await comesToTheOrganization(gisele);
  await sendsAnAgreement(gisele, organization, [AMIRA]);
  const toAmira = await post.to(AMIRA.email);

  // Both addresses are named, another account is offered (I7); Amira's own account alone may sign for her.
  const somebody = await person('Somebody');
  await opensTheLink(somebody, toAmira, accord.url);
  await somebody.presses(say('signing.landing.sign_in'));
  const other = demo.administrator(language);
  await somebody.signsInWith(other.email, other.password);
  await somebody.isOn(say('signing.page.title', { title: TITLES[language] }));
  await somebody.sees(say('invitations.accept.differs_title'));
  await somebody.sees(say('signing.page.differs_text', { invited: AMIRA.email, account: other.email }));
  await somebody.findsItAccessible();
  await somebody.ticks(say(`signing.page.read_${language}`));
  await somebody.presses(say('signing.page.sign'));
  await somebody.sees(say('problems.signs_with_another_account'));
  await somebody.findsItAccessible();
  await somebody.presses(say('invitations.accept.another'));
  await somebody.isOn(say('accounts.sign_in.title'));
});

test('who signs after others reads already, and is asked when the turn comes', async ({ accord, person, post, mailbox, say }) => {
  const noel: Signatory = { first: 'Noël', last: 'Premier-Test', email: mailbox('noel.premier') };
  const gisele = await person('Gisele');
  const organization = await comesToTheOrganization(gisele);
  await addsAContact(gisele, organization, noel);
  await sendsAnAgreement(gisele, organization, [noel, AMIRA], 'in_turn');
  const toNoel = await post.to(noel.email);

  const him = await person('Noel');
  await opensTheLink(him, toNoel, accord.url);
  await him.presses(say('signing.landing.sign_in'));
  await createsAnAccount(him, { ...noel, password: PASSWORD }, async () => codeIn(await post.to(noel.email)));
  await him.sees(say('signing.state.waiting'));
  expect(post.unread()).toEqual([]); // Nobody else is asked yet (S4).
  await signsIt(him, 'Noël Premier-Test');
  expect((await post.to(AMIRA.email)).text).toContain(TITLES.en);
  await post.to(demo.support.email);
});

test('a link that nobody was sent reveals nothing', async ({ person, say, language }) => {
  const stranger = await person('Stranger');
  stranger.watch.allow(404);
  await stranger.opens(`/${language}/agreement/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG`);
  await stranger.isOn(say('signing.ended.title_unknown'));
  await stranger.findsItAccessibleInEveryLook();
});
