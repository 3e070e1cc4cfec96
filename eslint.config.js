import js from '@eslint/js';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist/', 'build/', '**/build/', 'node_modules/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    rules: {
      // Typed arrays under noUncheckedIndexedAccess: an index that a loop bounds is asserted, not tested.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
      'max-depth': ['error', 6],
    },
  },
  {
    files: ['scripts/**', 'benchmarks/**', 'tests/runtimes/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
);
