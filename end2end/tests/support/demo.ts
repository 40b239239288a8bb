// The people and organizations of `accord demo` that the tests speak of.
export const demo = {
  /** Holds every administrator profile of the first organization. */
  admin: { email: 'admin@example.org', password: 'Demonstration-2026!' },
};
