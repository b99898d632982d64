/** The status codes of the standard (C2PA 2.4 clause 15.2.2, with those of annex A for text) that we give, each with its kind and its meaning. */

/** Whether a finding speaks for the manifest, against it, or neither. */
export type FindingKind = 'success' | 'informational' | 'failure'

/** A status code of the standard. */
export type StatusCode =
  | 'assertion.hashedURI.match'
  | 'assertion.dataHash.match'
  | 'claimSignature.validated'
  | 'claimSignature.insideValidity'
  | 'signingCredential.trusted'
  | 'timeStamp.validated'
  | 'timeStamp.trusted'
  | 'ingredient.manifest.validated'
  | 'ingredient.claimSignature.validated'
  | 'assertion.dataHash.additionalExclusionsPresent'
  | 'signingCredential.ocsp.skipped'
  | 'ingredient.unknownProvenance'
  | 'timeStamp.mismatch'
  | 'timeStamp.malformed'
  | 'timeStamp.outsideValidity'
  | 'timeStamp.untrusted'
  | 'manifest.text.corruptedWrapper'
  | 'manifest.text.multipleWrappers'
  | 'manifest.structuredText.noManifest'
  | 'manifest.structuredText.multipleReferences'
  | 'manifest.structuredText.emptyReference'
  | 'manifest.structuredText.malformedReference'
  | 'manifest.structuredText.noResolutionPath'
  | 'manifest.html.multipleManifests'
  | 'manifest.multipleParents'
  | 'manifest.inaccessible'
  | 'claim.missing'
  | 'claim.multiple'
  | 'claim.cbor.invalid'
  | 'claim.malformed'
  | 'claim.hardBindings.missing'
  | 'claimSignature.missing'
  | 'claimSignature.mismatch'
  | 'claimSignature.outsideValidity'
  | 'signingCredential.invalid'
  | 'signingCredential.untrusted'
  | 'signingCredential.expired'
  | 'algorithm.unsupported'
  | 'assertion.missing'
  | 'assertion.undeclared'
  | 'assertion.hashedURI.mismatch'
  | 'assertion.outsideManifest'
  | 'assertion.selfRedacted'
  | 'assertion.cbor.invalid'
  | 'assertion.json.invalid'
  | 'assertion.multipleHardBindings'
  | 'assertion.dataHash.mismatch'
  | 'assertion.dataHash.malformed'
  | 'assertion.action.malformed'
  | 'assertion.action.ingredientMismatch'
  | 'assertion.action.softBindingMissing'
  | 'assertion.action.redactionMismatch'
  | 'hashedURI.missing'
  | 'hashedURI.mismatch'
  | 'assertion.action.redacted'
  | 'assertion.hardBinding.redacted'
  | 'assertion.notRedacted'
  | 'assertion.cloud-data.malformed'
  | 'assertion.cloud-data.hardBinding'
  | 'assertion.external-reference.malformed'
  | 'assertion.external-reference.created'
  | 'assertion.timestamp.malformed'
  | 'assertion.ingredient.malformed'
  | 'manifest.update.invalid'
  | 'manifest.update.wrongParents'
  | 'ingredient.manifest.missing'
  | 'ingredient.manifest.mismatch'
  | 'ingredient.claimSignature.missing'
  | 'ingredient.claimSignature.mismatch'
  | 'general.error'

const codes: Record<StatusCode, readonly [FindingKind, string]> = {
  'assertion.hashedURI.match': ['success', 'The assertion is the one that the claim names.'],
  'assertion.dataHash.match': ['success', 'The text is the one that was signed.'],
  'claimSignature.validated': ['success', 'The signature over the claim is that of the certificate.'],
  'claimSignature.insideValidity': ['success', 'The certificates were valid at the time of signing.'],
  'signingCredential.trusted': ['success', 'The certificate leads to a trusted authority.'],
  'timeStamp.validated': ['success', 'The time-stamp is over this signature.'],
  'timeStamp.trusted': ['success', 'The time-stamp leads to a trusted authority.'],
  'ingredient.manifest.validated': ['success', 'The manifest of the ingredient is the one that is named.'],
  'ingredient.claimSignature.validated': [
    'success',
    'The signature of the ingredient’s manifest is the one that is named.',
  ],

  'assertion.dataHash.additionalExclusionsPresent': [
    'informational',
    'Parts of the text besides the manifest are not signed.',
  ],
  'signingCredential.ocsp.skipped': ['informational', 'Whether the certificate was revoked was not asked.'],
  'ingredient.unknownProvenance': ['informational', 'The ingredient comes without a manifest of its own.'],
  'timeStamp.mismatch': ['informational', 'The time-stamp is not over this signature.'],
  'timeStamp.malformed': ['informational', 'The time-stamp cannot be read.'],
  'timeStamp.outsideValidity': [
    'informational',
    'The certificate of the time-stamp was not valid at its time.',
  ],
  'timeStamp.untrusted': ['informational', 'The time-stamp leads to no trusted authority.'],

  'manifest.text.corruptedWrapper': ['failure', 'A manifest wrapper is there and broken.'],
  'manifest.text.multipleWrappers': ['failure', 'The text carries more than one manifest wrapper.'],
  'manifest.structuredText.noManifest': ['failure', 'The manifest block is not complete.'],
  'manifest.structuredText.multipleReferences': ['failure', 'The text carries more than one manifest block.'],
  'manifest.structuredText.emptyReference': ['failure', 'The manifest block is empty.'],
  'manifest.structuredText.malformedReference': ['failure', 'What the manifest block holds is no reference.'],
  'manifest.structuredText.noResolutionPath': [
    'failure',
    'The manifest block names a manifest that is not at hand.',
  ],
  'manifest.html.multipleManifests': ['failure', 'The page carries more than one manifest.'],
  'manifest.multipleParents': ['failure', 'The text is said to be an edit of more than one thing.'],
  'manifest.inaccessible': ['failure', 'The manifest is kept elsewhere and could not be had.'],

  'claim.missing': ['failure', 'The manifest has no claim.'],
  'claim.multiple': ['failure', 'The manifest has more than one claim.'],
  'claim.cbor.invalid': ['failure', 'The claim cannot be read.'],
  'claim.malformed': ['failure', 'The claim lacks something that every claim has.'],
  'claim.hardBindings.missing': ['failure', 'Nothing in the manifest binds it to a text.'],
  'claimSignature.missing': ['failure', 'The claim is not signed.'],
  'claimSignature.mismatch': ['failure', 'The signature does not fit the claim.'],
  'claimSignature.outsideValidity': ['failure', 'The certificates were not valid at the time of signing.'],
  'signingCredential.invalid': ['failure', 'The certificate is not one that may sign claims.'],
  'signingCredential.untrusted': ['failure', 'The certificate leads to no trusted authority.'],
  'signingCredential.expired': ['failure', 'The certificate has expired.'],
  'algorithm.unsupported': ['failure', 'The manifest uses an algorithm that is not allowed.'],

  'assertion.missing': ['failure', 'The claim names an assertion that is not there.'],
  'assertion.undeclared': ['failure', 'There is an assertion that the claim does not name.'],
  'assertion.hashedURI.mismatch': ['failure', 'An assertion has been changed.'],
  'assertion.outsideManifest': ['failure', 'The claim names an assertion outside its manifest.'],
  'assertion.selfRedacted': ['failure', 'The claim takes back its own assertion.'],
  'assertion.cbor.invalid': ['failure', 'An assertion cannot be read.'],
  'assertion.json.invalid': ['failure', 'An assertion cannot be read.'],
  'assertion.multipleHardBindings': ['failure', 'More than one assertion binds the manifest to a text.'],
  'assertion.dataHash.mismatch': ['failure', 'The text is not the one that was signed.'],
  'assertion.dataHash.malformed': [
    'failure',
    'What the manifest leaves out of the text is not the place where it stands.',
  ],
  'assertion.action.malformed': ['failure', 'The actions do not say how the text came to be.'],
  'assertion.action.ingredientMismatch': ['failure', 'An action names no ingredient, or the wrong one.'],
  'assertion.action.softBindingMissing': ['failure', 'A watermark is stated and not described.'],
  'assertion.action.redactionMismatch': ['failure', 'An action takes back something that is not there.'],
  'hashedURI.missing': ['failure', 'A reference leads nowhere.'],
  'hashedURI.mismatch': ['failure', 'What a reference leads to has been changed.'],
  'assertion.action.redacted': ['failure', 'Actions were taken out of a manifest.'],
  'assertion.hardBinding.redacted': ['failure', 'What binds a manifest was taken out of it.'],
  'assertion.notRedacted': ['failure', 'An assertion is said to be taken out and is still there.'],
  'assertion.cloud-data.malformed': ['failure', 'An assertion that is kept elsewhere is not described.'],
  'assertion.cloud-data.hardBinding': ['failure', 'An assertion that must be here is kept elsewhere.'],
  'assertion.external-reference.malformed': ['failure', 'A reference to something elsewhere is incomplete.'],
  'assertion.external-reference.created': [
    'failure',
    'A reference to something elsewhere is stated as the generator’s own.',
  ],
  'assertion.timestamp.malformed': ['failure', 'An assertion of time-stamps cannot be used.'],
  'assertion.ingredient.malformed': ['failure', 'What is said of an ingredient is incomplete.'],
  'manifest.update.invalid': ['failure', 'An update of a manifest states what only a standard one may.'],
  'manifest.update.wrongParents': [
    'failure',
    'An update of a manifest does not name the one that it updates.',
  ],
  'ingredient.claimSignature.missing': ['failure', 'The signature of an ingredient’s manifest is not there.'],
  'ingredient.claimSignature.mismatch': [
    'failure',
    'The signature of an ingredient’s manifest has been changed.',
  ],
  'ingredient.manifest.missing': ['failure', 'The manifest of an ingredient is not there.'],
  'ingredient.manifest.mismatch': ['failure', 'The manifest of an ingredient has been changed.'],
  'general.error': ['failure', 'The manifest cannot be used.'],
}

/** One result of a check. */
export interface Finding {
  code: StatusCode
  /** What it is about, as a JUMBF URI. */
  url?: string
  /** In words, for a reader. */
  explanation: string
}

/** A finding in the words of the table, and `detail`. */
export const finding = (code: StatusCode, detail?: string, url?: string): Finding => ({
  code,
  ...(url !== undefined && { url }),
  explanation: detail === undefined ? codes[code][1] : `${codes[code][1]} ${detail}`,
})

/** What kind of finding a code stands for. */
export const kindOf = (code: StatusCode): FindingKind => codes[code][0]
