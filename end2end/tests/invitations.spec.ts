// The main story: an administrator invites a person, who follows the mail in a browser of their own, creates an
// account, accepts and has access; deactivated, the very next click is refused.
import { demo } from './support/demo.ts';
import { codeIn, expect, linkIn, test } from './support/test.ts';
import type { Person } from './support/person.ts';

test('an administrator invites a person, who accepts; deactivated, the next click is refused @journey', async ({
  accord,
  person,
  post,
  mailbox,
  say,
  language,
}) => {
  const bruno = { email: mailbox('bruno.leger'), password: 'Marée-haute-à-Shédiac-7', first: 'Bruno', last: 'Léger' };

  // Alice signs in and searches without the accent (L4).
  const alice = await person('Alice');
  await alice.opens(`/${language}`);
  await alice.follows(say('shell.sign_in'));
  await alice.signsInWith(demo.admin.email, demo.admin.password);
  await alice.follows(say('shell.organization_contacts')); // L1
  await alice.isOn(say('contacts.title'));
  await searches(alice, 'cote');
  await expect(alice.row('Côté').first()).toBeVisible();
  await expect(alice.page).toHaveURL(/[?&]q=cote(&|$)/); // L9
  await alice.findsItAccessible();

  // She adds Bruno with access and a message (C4, I1, I2).
  await alice.follows(say('contacts.add'));
  await alice.fills(say('contacts.last_name'), bruno.last);
  await alice.fills(say('contacts.first_name'), bruno.first);
  await alice.fills(say('contacts.email'), bruno.email);
  await alice.chooses(say('contacts.language'), say(`contacts.language_${language}`));
  await alice.ticks(say('contacts.with_access'));
  await alice.ticks(/^(Read only|Lecture seule)/);
  await alice.fills(say('invitations.message'), 'À bientôt / See you soon');
  await alice.findsItAccessible();
  await alice.presses(say('contacts.save'));
  await expect(alice.row(bruno.last)).toContainText(say.pattern('contacts.invited_until'));

  // Bruno reads the mail; a scanner that looks at its link changes nothing (I8).
  const invitation = await post.to(bruno.email);
  expect(invitation.text).toContain('À bientôt / See you soon');
  const link = linkIn(invitation, accord.url);
  for (let visit = 0; visit < 3; visit++) {
    await fetch(link, { method: 'HEAD' });
    await fetch(link);
  }

  // He opens it in a browser of his own, chooses his language (I6), creates his account with the code (A1, A2, A5).
  const him = await person('Bruno');
  await him.opens(link);
  await him.findsItAccessible();
  await him.presses(say('invitations.go_to_sign_in'));
  await him.follows(say('account.create'));
  await him.findsItAccessible();
  await expect(him.page.locator('input[autocomplete~="username"]')).toHaveValue(bruno.email); // login_hint (A2)
  await him.fills(say('account.first_name'), bruno.first);
  await him.fills(say('account.last_name'), bruno.last);
  for (const field of await him.page.locator('input[autocomplete="new-password"]').all())
    await field.fill(bruno.password);
  await him.ticks(say('account.consent'));
  await him.presses(say('account.create'));
  const code = codeIn(await post.to(bruno.email));
  await him.page.locator('input[autocomplete="one-time-code"]').fill(code);
  await him.findsItAccessible();
  await him.presses(say('account.verify'));
  await him.presses(say.pattern('account.continue_to'));

  // He accepts by a button (I7) and sees what he may do.
  await him.isOn(say.pattern('invitations.accept_title'));
  await him.findsItAccessible();
  await him.presses(say('invitations.accept'));
  await him.isOn(say.pattern('home.title'));
  await him.findsItAccessible();
  expect((await post.to(demo.admin.email)).text).toContain(bruno.last); // I10

  // Back with Alice: he has access, and she deactivates him (C7).
  await alice.follows(say('shell.organization_contacts'));
  await searches(alice, bruno.last);
  await expect(alice.row(bruno.email)).toContainText(say('contacts.has_access')); // L8
  await alice.follows(new RegExp(bruno.last), alice.row(bruno.email));
  await alice.ticks(say('contacts.active'), false);
  await alice.findsItAccessible();
  await alice.presses(say('contacts.save'));
  await expect(alice.row(bruno.email)).toHaveCount(0); // L2

  // His next click is refused.
  him.watch.allow(401, 403, 404);
  await him.follows(say('shell.organization_contacts'));
  await him.seesNo(bruno.last);
  await him.isOn(say('signin.signed_out_title'));
});

async function searches(one: Person, text: string): Promise<void> {
  await one.alive();
  const field = one.page.getByRole('searchbox');
  await field.fill(text);
  if (!one.script) await field.press('Enter');
}
