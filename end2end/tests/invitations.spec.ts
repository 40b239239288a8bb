// Invitations, told by people: the main story, then the ways in which it can go otherwise.
import { demo } from './support/demo.ts';
import { comesToTheContacts, createsAnAccount, fillsInAnInvitation, searches } from './support/steps.ts';
import { codeIn, expect, linkIn, test } from './support/test.ts';

const PASSWORD = 'Marée-haute-à-Shédiac-7';

test('an administrator invites a person, who accepts; deactivated, the next click is refused @journey', async ({
  accord,
  person,
  post,
  mailbox,
  say,
  language,
}) => {
  const bruno = { email: mailbox('bruno.leger'), password: PASSWORD, first: 'Bruno', last: 'Légère-Test' };
  const admin = demo.administrator(language);

  // Alice signs in and searches without the accent (L1, L4, L9).
  const alice = await person('Alice');
  await comesToTheContacts(alice, admin);
  await alice.findsItAccessible();
  await searches(alice, 'cote');
  await expect(alice.row('Côté').first()).toBeVisible();
  await expect(alice.page).toHaveURL(/[?&]q=cote(&|$)/);
  await alice.findsItAccessible();

  // She adds Bruno with access and a message (C4, I1, I2); the letter stands beside the form while she writes.
  const message = 'À bientôt / See you soon: www.example.com';
  await fillsInAnInvitation(alice, bruno, message);
  if (alice.script) await expect(alice.page.locator('.mail-preview blockquote')).toContainText('À bientôt');
  await alice.findsItAccessible();
  await alice.presses(say('contacts.form.save_and_invite'));
  await alice.isOn(say('contacts.title'));
  await alice.sees(say('ui.invitation_sent', { name: `${bruno.first} ${bruno.last}` }));
  await searches(alice, bruno.last);
  await expect(alice.row(bruno.last)).toContainText(say.pattern('contacts.invited_until'));
  await expect(alice.row(bruno.last)).toContainText(say('contacts.no_access'));

  // Bruno reads the mail; scanners that look at its link a hundred times change nothing (I8).
  const invitation = await post.to(bruno.email);
  expect(invitation.text).toContain('À bientôt / See you soon');
  expect(invitation.html).not.toContain('href="http://www.example.com');
  const link = linkIn(invitation, accord.url);
  for (let visit = 0; visit < 50; visit++) {
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(link)).status).toBe(200);
  }

  // He opens it in a browser of his own, chooses his language (I6), creates his account with the code.
  const him = await person('Bruno');
  await him.opens(link.replace(/\/(en|fr)\//, language === 'fr' ? '/en/' : '/fr/'));
  const languages = him.page.locator('.languages');
  await languages.locator(`a[hreflang="${language}"]`).click();
  await him.isOn(say.pattern('invitations.landing.heading'));
  await him.findsItAccessible();
  await him.presses(say('invitations.landing.sign_in'));
  await him.isOn(say('accounts.sign_in.title'));
  await him.findsItAccessible();
  await expect(him.page.locator('input[autocomplete~="username"]')).toHaveValue(bruno.email); // login_hint (A2)
  await createsAnAccount(him, bruno, async () => codeIn(await post.to(bruno.email)));

  // He accepts by a button, on a page that names the address (I7), and sees the service.
  await him.isOn(say('invitations.accept.title'));
  await him.sees(say('invitations.accept.same'));
  await him.findsItAccessible();
  await him.presses(say('invitations.accept.confirm'));
  await him.sees(language === 'fr' ? 'Ententes de financement en ligne' : 'Funding agreements online');
  await him.findsItAccessible();
  expect((await post.to(admin.email)).text).toContain(bruno.last); // I10

  // The link has had its day (I8).
  him.watch.allow(410);
  await him.opens(link);
  await him.isOn(say('invitations.ended.title_used'));

  // Back with Alice: he has access, and she deactivates him (C7).
  await searches(alice, bruno.email);
  await expect(alice.row(bruno.last).locator('.status.access')).toHaveText(say('contacts.access')); // L8
  await alice.row(bruno.last).locator('a.name').click();
  await alice.sees(say('contacts.card.deactivate_profiles_one'));
  await alice.findsItAccessible();
  await alice.page.locator('#active').uncheck();
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say('ui.contact_deactivated', { name: `${bruno.first} ${bruno.last}` }));

  // A letter says so, and his next click is refused.
  await post.to(bruno.email);
  him.watch.allow(401, 404);
  await him.opens(`/${language}/home`);
  await him.isOn(say('shell.sign_in_title'));
});

test('resent to a corrected address, the old link is dead; withdrawn, the new one says so', async ({
  accord,
  person,
  post,
  mailbox,
  say,
  language,
}) => {
  const chantal = { email: mailbox('chantal.roy'), first: 'Chantal', last: 'Roy-Test' };
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await fillsInAnInvitation(alice, chantal, '');
  await alice.presses(say('contacts.form.save_and_invite'));
  const first = linkIn(await post.to(chantal.email), accord.url);

  await searches(alice, chantal.last);
  await alice.follows(new RegExp(say('contacts.resend')), alice.row(chantal.last));
  await alice.isOn(say('invitations.resend.title', { name: 'Chantal Roy-Test' }));
  await alice.findsItAccessible();
  await alice.page.locator('#email').fill('not an address');
  await alice.presses(say('invitations.resend.send'));
  await alice.sees(say('ui.error_title'));
  await expect(alice.page.locator('#email')).toHaveValue('not an address'); // nothing typed is lost
  await alice.findsItAccessible();
  const corrected = mailbox('c.roy');
  await alice.page.locator('#email').fill(corrected);
  await alice.presses(say('invitations.resend.send'));
  await alice.isOn(say('contacts.title'));
  const second = linkIn(await post.to(corrected), accord.url);

  const her = await person('Chantal');
  her.watch.allow(410);
  await her.opens(first);
  await her.isOn(say('invitations.ended.title_replaced'));
  await her.findsItAccessible();

  // Withdrawn after a question: a dialog where script runs, a page where it does not (I5).
  await searches(alice, chantal.last);
  await alice.follows(new RegExp(say('contacts.withdraw')), alice.row(chantal.last));
  await alice.presses(say('invitations.withdraw.confirm'));
  await alice.sees(say('ui.invitation_withdrawn', { name: 'Chantal Roy-Test' }));
  await her.opens(second);
  await her.isOn(say('invitations.ended.title_withdrawn'));
  await her.presses(say('invitations.ended.ask'));
  await her.isOn(say('invitations.ended.asked_title'));
  await her.findsItAccessible();
  expect((await post.to(demo.administrator(language).email)).subject).toContain('Chantal Roy-Test');
});

test('declined, the inviter learns of it; another account is told so', async ({ accord, person, post, mailbox, say, language }) => {
  const denis = { email: mailbox('denis.poirier'), first: 'Denis', last: 'Poirier-Test' };
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await fillsInAnInvitation(alice, denis, '');
  await alice.presses(say('contacts.form.save_and_invite'));
  const link = linkIn(await post.to(denis.email), accord.url);

  // Somebody else's account: both addresses are named, another account is offered (I7).
  const somebody = await person('Amira');
  await somebody.opens(link);
  await somebody.presses(say('invitations.landing.sign_in'));
  await somebody.signsInWith(demo.reader.email, demo.reader.password);
  await somebody.isOn(say('invitations.accept.title'));
  await somebody.sees(say('invitations.accept.differs_title'));
  await somebody.findsItAccessible();
  await somebody.presses(say('invitations.accept.confirm'));
  await somebody.sees(say('problems.account_of_another_contact'));
  await somebody.presses(say('invitations.accept.another'));
  await somebody.isOn(say('accounts.sign_in.title'));

  const him = await person('Denis');
  await him.opens(link);
  await him.page.locator('main details.details summary').click();
  await him.presses(say('invitations.landing.decline_confirm'));
  await him.isOn(say('invitations.declined.title'));
  await him.findsItAccessible();
  expect((await post.to(demo.administrator(language).email)).text).toContain('Denis Poirier-Test');
});

test('a mail that is refused is shown to the inviter', async ({ person, post, mailbox, say, language }) => {
  const wrong = { email: mailbox('nobody.here'), first: 'Nobody', last: 'Here-Test' };
  post.refuse(wrong.email);
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await fillsInAnInvitation(alice, wrong, '');
  await alice.presses(say('contacts.form.save_and_invite'));
  await alice.isOn(say('contacts.title'));
  expect((await post.to(demo.administrator(language).email)).subject).toContain('Nobody Here-Test'); // I10
  await searches(alice, wrong.last);
  await alice.reloads();
  await expect(alice.row(wrong.last)).toContainText(say('contacts.mail_bounced'));
  await alice.findsItAccessible();
});
