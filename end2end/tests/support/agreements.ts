// What stories about agreements do: one is prepared and sent, and somebody comes to it by the link of the mail.
import { demo } from './demo.ts';
import { signsIn } from './steps.ts';
import { expect } from './test.ts';
import type { Letter } from './mail.ts';
import { linkIn } from './test.ts';
import type { Person } from './person.ts';

export interface Signatory {
  first: string;
  last: string;
  email: string;
}

export const TITLES = { en: 'Summer program 2027', fr: 'Programme d’été 2027' };

/** Support signs in, and comes to the main organization; gives the address of that organization's pages. */
export async function comesToTheOrganization(gisele: Person): Promise<string> {
  const { say } = gisele;
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${say.language}/desk?q=emploi`);
  await gisele.follows(demo.organization, gisele.row(demo.organization).first());
  await gisele.isOn(demo.organization);
  const id = /organizations\/([0-9a-f]{32})/.exec(gisele.page.url())?.[1];
  expect(id).toBeDefined();
  return `/${say.language}/organizations/${id}`;
}

/** Adds a contact without access (C2), who reads in the language of this run. */
export async function addsAContact(one: Person, organization: string, who: Signatory): Promise<void> {
  const { say } = one;
  await one.opens(`${organization}/contacts/add`);
  await one.fills(say('contacts.form.last_name'), who.last);
  await one.fills(say('contacts.form.first_name'), who.first);
  await one.page.locator('#email').fill(who.email);
  await one.chooses(say('contacts.form.language'), say(`contacts.language_${say.language}`));
  await one.presses(say('contacts.form.save'));
  await one.sees(say('ui.contact_added', { name: `${who.first} ${who.last}` }));
}

/** A day so many days from now, where the portal is. */
export const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-CA', { timeZone: 'America/Halifax' });

/** Prepares an agreement in both languages for these people, looks at it, and sends it; leaves its page open. */
export async function sendsAnAgreement(
  one: Person,
  organization: string,
  people: Pick<Signatory, 'last'>[],
  order: 'together' | 'in_turn' = 'together',
): Promise<void> {
  const { say } = one;
  await one.opens(`${organization}/agreements/new`);
  await one.isOn(say('agreements.form.new_title'));
  await one.page.locator('#title_en').fill(TITLES.en);
  await one.page.locator('#title_fr').fill(TITLES.fr);
  for (const { last } of people) {
    await one.page.locator('#find').fill(last);
    await one.presses(say('agreements.form.find_button'));
    await one.presses(new RegExp(`^${say('agreements.form.add')}.*${last}`));
    await expect(one.page.locator('ol.task-list')).toContainText(last);
  }
  await one.page.locator(`[name="form[order]"][value="${order}"]`).check();
  await one.page.locator('#deadline').fill(inDays(20));
  await one.page.locator('#message').fill('Merci de lire jusqu’au bout. – Please read to the end.');
  await one.page.locator('#text_en').fill('# Purpose\n\nTwelve young people, eight weeks.\n\n- Pay\n- Training');
  await one.page.locator('#text_fr').fill('# Objet\n\nDouze jeunes, huit semaines.\n\n- Salaire\n- Formation');
  await one.presses(say('agreements.form.save'));
  await one.sees(say('agreements.done.prepared'));
  if ((await one.page.getByRole('button', { name: say('agreements.preview.send') }).count()) === 0)
    await one.follows(say('agreements.card.to_preview'));
  await one.isOn(say('agreements.preview.title'));
  await one.presses(say('agreements.preview.send'));
  await one.sees(say('agreements.done.sent'));
}

/** Opens the link of a letter, in the language of this run. */
export async function opensTheLink(one: Person, letter: Letter, portal: string): Promise<string> {
  const link = linkIn(letter, portal).replace(/\/(en|fr)\/agreement\//, `/${one.say.language}/agreement/`);
  await one.opens(link);
  return link;
}

/** Signs by name what stands on the page. */
export async function signsIt(one: Person, name: string): Promise<void> {
  const { say } = one;
  await one.ticks(say(`signing.page.read_${say.language}`));
  await one.page.locator('#signature').fill(name);
  await one.presses(say('signing.page.sign'));
  await one.isOn(say('signing.done.title'));
}
