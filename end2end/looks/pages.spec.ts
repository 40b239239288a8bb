// Pages as pictures: four for the README in `pictures/`, all others in `test-results/` for whoever wants to look.
import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { addsAContact, comesToTheOrganization, opensTheLink, sendsAnAgreement, signsIt } from '../tests/support/agreements.ts';
import { demo } from '../tests/support/demo.ts';
import type { Person } from '../tests/support/person.ts';
import { comesToTheContacts, createsAnAccount, fillsInAnInvitation, searches } from '../tests/support/steps.ts';
import { codeIn, expect, linkIn, test } from '../tests/support/test.ts';

const PICTURES = join(import.meta.dirname, '../pictures');
const WIDTHS = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** A page in each width, and in the dark. */
const looking = (info: TestInfo) => async (one: Person, name: string) => {
  await one.alive();
  for (const [width, size] of Object.entries(WIDTHS)) {
    await one.page.setViewportSize(size);
    await one.page.screenshot({ path: info.outputPath(`${name}-${width}.png`), fullPage: true });
  }
  await one.page.emulateMedia({ colorScheme: 'dark' });
  await one.page.screenshot({ path: info.outputPath(`${name}-dark.png`), fullPage: true });
  await one.page.emulateMedia({ colorScheme: 'light' });
  await one.page.setViewportSize(WIDTHS.wide);
};

test('every page', async ({ accord, person, post, mailbox, say, language }, info) => {
  test.setTimeout(180_000);
  const looks = looking(info);
  const keeps = async (one: Person, name: string, size: keyof typeof WIDTHS = 'wide') => {
    await one.page.setViewportSize(WIDTHS[size]);
    await one.page.keyboard.press('Control+Home');
    await one.page.evaluate(() => scrollTo(0, 0));
    await one.page.screenshot({ path: join(PICTURES, `${name}.png`) });
    await one.page.setViewportSize(WIDTHS.wide);
  };

  const alice = await person('Alice');
  await alice.opens(`/${language}`);
  await looks(alice, 'landing');
  await comesToTheContacts(alice, demo.administrator(language));
  if (language === 'fr') await keeps(alice, 'phone', 'phone');
  await looks(alice, 'contacts');
  await searches(alice, 'cote');
  await expect(alice.row('Côté').first()).toBeVisible();
  await looks(alice, 'search');
  if (language === 'en') await keeps(alice, 'list');
  await alice.row('Côté').first().locator('a.name').click();
  await looks(alice, 'contact');
  await alice.page.locator('a.back').click();
  const bruno = { email: mailbox('bruno.leger'), password: 'Marée-haute-à-Shédiac-7', first: 'Bruno', last: 'Léger' };
  await fillsInAnInvitation(alice, bruno, language === 'fr' ? 'Bienvenue dans l’équipe!' : 'Welcome to the team!');
  await expect(alice.page.locator('.mail-preview blockquote')).toBeVisible();
  if (language === 'en') await keeps(alice, 'add');
  await looks(alice, 'add');
  await alice.page.locator('#email').fill('nowhere');
  await alice.presses(say('contacts.form.save_and_invite'));
  await looks(alice, 'add-error');
  await alice.page.locator('#email').fill(bruno.email);
  await alice.presses(say('contacts.form.save_and_invite'));
  await alice.isOn(say('contacts.title'));
  await looks(alice, 'invited');
  await alice.opens(`${new URL(alice.page.url()).pathname.replace(/\/contacts.*/, '')}`);
  await looks(alice, 'home');

  const link = linkIn(await post.to(bruno.email), accord.url);
  const him = await person('Bruno');
  await him.opens(link);
  await looks(him, 'invitation');
  if (language === 'en') await keeps(him, 'landing');
  await him.presses(say('invitations.landing.sign_in'));
  await looks(him, 'sign-in');
  await createsAnAccount(him, bruno, async () => {
    await looks(him, 'code');
    return codeIn(await post.to(bruno.email));
  });
  await looks(him, 'accept');
  await him.presses(say('invitations.accept.confirm'));
  await looks(him, 'welcome');
  him.watch.allow(404, 410);
  await him.opens(link);
  await looks(him, 'used');
  await him.opens(`/${language}/nothing`);
  await looks(him, 'not-found');
  await post.to(demo.administrator(language).email);
});

test('the pages of an agreement', async ({ accord, person, post, mailbox, say, language }, info) => {
  test.setTimeout(180_000);
  const looks = looking(info);
  const noel = { first: 'Noël', last: 'Haché-Test', email: mailbox('noel.hache'), password: 'Marée-haute-à-Shédiac-7' };
  const gisele = await person('Gisele');
  const organization = await comesToTheOrganization(gisele);
  await addsAContact(gisele, organization, noel);
  await sendsAnAgreement(gisele, organization, [noel]);
  await looks(gisele, 'agreement-sent');
  await gisele.follows(say('agreements.card.to_withdraw'));
  await looks(gisele, 'agreement-withdraw');
  await gisele.opens(`${organization}/agreements`);
  await looks(gisele, 'agreements');
  await gisele.opens(`${organization}/agreements/new`);
  await looks(gisele, 'agreement-new');
  await gisele.presses(say('agreements.form.save'));
  await looks(gisele, 'agreement-new-error');
  await gisele.opens(`/${language}/desk/agreements`);
  await looks(gisele, 'desk-agreements');

  const him = await person('Noel');
  await opensTheLink(him, await post.to(noel.email), accord.url);
  await looks(him, 'agreement-link');
  await him.presses(say('signing.landing.sign_in'));
  await createsAnAccount(him, noel, async () => codeIn(await post.to(noel.email)));
  await looks(him, 'agreement');
  await him.page.emulateMedia({ media: 'print' });
  await him.page.screenshot({ path: info.outputPath('agreement-printed.png'), fullPage: true });
  await him.page.emulateMedia({ media: 'screen' });
  await him.presses(say('signing.page.sign'));
  await looks(him, 'agreement-error');
  await signsIt(him, 'Noël Haché-Test');
  await looks(him, 'agreement-signed');
  await post.to(noel.email); // All have signed: the PDF is there.
  await him.reloads();
  await looks(him, 'agreement-sealed');
  await him.opens(`/${language}/home`);
  await looks(him, 'agreement-home');
  await him.opens(`/${language}/verify-agreement`);
  await looks(him, 'verify');
  for (let letters = 0; letters < 2; letters++) await post.to(demo.support.email);
});
