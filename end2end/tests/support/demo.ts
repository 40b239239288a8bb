// The people and organizations of `accord demo` that the tests speak of.
import type { Language } from './words.ts';

const PASSWORD = 'Try-Accord-2026';

export const demo = {
  /** Administrators of the main organization, each in their own language. */
  administrator(language: Language) {
    const email = language === 'fr' ? 'marie-eve.thibodeau@example.org' : 'ryan.maclellan@example.org';
    return { email, password: PASSWORD };
  },
  /** Looks at everything in the main organization, changes nothing. */
  reader: { email: 'amira.haddad@example.org', password: PASSWORD },
  /** Supervises Support. */
  support: { email: 'gisele.arsenault@example.org', password: PASSWORD },
  /** Where Support reads its mail. */
  supportAddress: 'soutien-support@ententes.example.org',
  /** The main organization, by words of its name in both languages. */
  organization: /Employment and Training Hub|Carrefour emploi et formation/,
};
