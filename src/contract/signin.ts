// Signing in: what the browser is asked and what it answers.

import { z } from 'zod';
import { fieldEnum, fieldText } from './field.ts';

export const PASSKEY_PURPOSES = ['signin', 'register', 'stepUp'] as const;
export type PasskeyPurpose = (typeof PASSKEY_PURPOSES)[number];

export const PasskeyOptionsBody = z
  .strictObject({ purpose: fieldEnum('Purpose', PASSKEY_PURPOSES) })
  .meta({ id: 'PasskeyOptionsBody' });
export type PasskeyOptionsBody = z.infer<typeof PasskeyOptionsBody>;

export const PasskeyOptions = z
  .object({
    ceremonyId: z.string(),
    publicKey: z.record(z.string(), z.unknown()).meta({
      description: 'For `navigator.credentials`, binary members in base64url (WebAuthn §5.1.8).',
    }),
  })
  .meta({ id: 'PasskeyOptions' });
export type PasskeyOptions = z.infer<typeof PasskeyOptions>;

const BINARY = /^[A-Za-z0-9_-]*$/;
const binary = (maxLength: number) =>
  z.string().max(maxLength).regex(BINARY, 'A binary member must be base64url');

/** `PublicKeyCredential.toJSON()`: browsers add members of their own, which are not looked at. */
export const PasskeyCredential = z
  .looseObject({
    id: binary(1_400).min(1),
    rawId: binary(1_400).min(1),
    type: z.literal('public-key'),
    response: z.looseObject({
      clientDataJSON: binary(8_192),
      attestationObject: binary(65_536).optional(),
      authenticatorData: binary(16_384).optional(),
      signature: binary(4_096).optional(),
      userHandle: binary(128).nullish(),
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  })
  .meta({ id: 'PasskeyCredential' });
export type PasskeyCredential = z.infer<typeof PasskeyCredential>;

export const PasskeyVerifyBody = z
  .strictObject({
    ceremonyId: fieldText('CeremonyId', 64, { required: true }),
    credential: PasskeyCredential,
  })
  .meta({ id: 'PasskeyVerifyBody' });
export type PasskeyVerifyBody = z.infer<typeof PasskeyVerifyBody>;

export const RecoveryCodes = z
  .object({ recoveryCodes: z.array(z.string()).max(10) })
  .meta({ id: 'RecoveryCodes' });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

export const RecoveryBody = z
  .strictObject({
    email: fieldText('Email', 254, { required: true, trim: true }),
    code: fieldText('Code', 64, { required: true, trim: true }),
  })
  .meta({ id: 'RecoveryBody' });
export type RecoveryBody = z.infer<typeof RecoveryBody>;

export const Signin = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: 'The one that asks.' }),
    amr: z
      .array(z.string())
      .meta({ description: 'How the person proved who they are (RFC 8176).' }),
    authenticatedAt: z.string(),
    createdAt: z.string(),
    idleUntil: z.string().meta({ description: 'To within five minutes.' }),
    expiresAt: z.string(),
    userAgent: z.string().nullable(),
    ipPrefix: z.string().nullable(),
  })
  .meta({ id: 'Signin' });
export type Signin = z.infer<typeof Signin>;

export const SigninList = z.object({ data: z.array(Signin).max(50) }).meta({ id: 'SigninList' });
export type SigninList = z.infer<typeof SigninList>;

export const Passkey = z
  .object({
    id: z.string(),
    transports: z.array(z.string()),
    backedUp: z
      .boolean()
      .meta({ description: 'It is kept in a cloud, and so on several devices.' }),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'Passkey' });
export type Passkey = z.infer<typeof Passkey>;

export const PasskeyList = z
  .object({
    data: z.array(Passkey).max(20),
    recoveryCodesLeft: z.int().meta({ description: 'Of ten.' }),
  })
  .meta({ id: 'PasskeyList' });
export type PasskeyList = z.infer<typeof PasskeyList>;
