import hooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'
import rooms from './build/rooms.cjs'

const noEnums = {
  selector: 'TSEnumDeclaration',
  message: 'Use a closed `as const` union and assertNever instead of an enum.',
}

const bridge = '/^holdfast(Secure)?$/'
const noBridge = {
  // By any road: window.holdfast, window['holdfast'], a cast window, const { holdfast } = window.
  selector: `MemberExpression[property.name=${bridge}], MemberExpression[property.value=${bridge}], ObjectPattern > Property[key.name=${bridge}]`,
  message: 'Only src-renderer/api (and src-renderer/secure/api.ts for the secure window) touches the bridge.',
}

const electronOnlyWhereListed = { name: 'electron', message: 'Only the files listed in build/rooms.cjs import electron.' }

export default defineConfig([
  globalIgnores(['out', 'release', '.cache', 'coverage', 'demo-output', 'test-results', 'bench-output', '**/*.cjs']),
  ts.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': ['error', noEnums],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src-*/**'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['src-*/**'],
    ignores: rooms.ELECTRON_PLACES.map((place) => (place.endsWith('/') ? `${place}**` : place)),
    rules: { 'no-restricted-imports': ['error', { paths: [electronOnlyWhereListed] }] },
  },
  {
    // They decode and recover; what can reach a network or sign has no business there.
    files: ['src-main/engine/**', 'src-main/guards/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [electronOnlyWhereListed],
          patterns: [
            {
              group: ['ethers', 'ethers/*'],
              importNamePattern: 'Wallet|Provider|Signer|NonceManager|ContractFactory|^Contract$',
              message: 'Only signers and venues reach keys and chains.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src-renderer/**'],
    extends: [hooks.configs.flat.recommended],
  },
  {
    files: ['src-renderer/**'],
    ignores: ['src-renderer/api/**', 'src-renderer/secure/api.ts'],
    rules: { 'no-restricted-syntax': ['error', noEnums, noBridge] },
  },
  {
    files: ['test/**'],
    rules: {
      // Test doubles and fixtures are full of these, and harmless there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // They run in an old Electron as well, where only the deprecated calls exist.
      '@typescript-eslint/no-deprecated': 'off',
    },
  },
  {
    // Plain JavaScript scripts: the compiler checks them through their JSDoc; JSON.parse and dynamic imports are `any` there.
    files: ['build/**/*.mjs', '*.config.js'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
])
