/** `streamseal c2pa`: C2PA manifests on the command line. What a command does is loaded when it runs: the others start without it. */
import { type Command, Option } from 'commander'
import { carriers } from './c2pa-carriers.ts'
import { addTextCommand } from './text-command.ts'

const comments = ['#', '//', '--', '%', ';', '/*', '<!--', 'front-matter'] as const
const algorithms = ['ES256', 'ES384', 'PS256', 'Ed25519'] as const

/** Adds the commands. */
export function addC2pa(program: Command): void {
  const c2pa = program
    .command('c2pa')
    .description('C2PA manifests: sign, verify, inspect, and certificates for development')
  addSign(c2pa)
  addVerify(c2pa)
  addInspect(c2pa)
  addCertificate(c2pa)
}

function addSign(c2pa: Command): void {
  addTextCommand(c2pa, 'sign', 'sign a text; it goes to standard output', 'print { text, id, manifest, … }')
    .option('--key <pem>', 'the private key, PKCS #8; default: STREAMSEAL_C2PA_KEY')
    .option('--cert <pem>', 'its certificates, leaf first; default: STREAMSEAL_C2PA_CERT')
    .addOption(carrierOption('where the manifest goes'))
    .addOption(
      new Option('--comment <mark>', 'structured: how a comment begins').choices(comments).default('#'),
    )
    .option('--manifest <file>', 'stored: write the manifest there, and not to the data directory')
    .option('--model <name>', 'the model that wrote the text')
    .option('--provider <name>', "the model's provider")
    .option('--title <text>', "the text's title")
    .option('--source-type <name>', 'IPTC digital source type (default: trainedAlgorithmicMedia)')
    .option('--timestamp <url>', 'an RFC 3161 authority that states the time; default: STREAMSEAL_C2PA_TSA')
    .option('--allow-development', 'sign even with certificates for development')
    .action(async (file, flags) => (await import('./c2pa-sign.ts')).signCommand(file, flags))
}

function addVerify(c2pa: Command): void {
  addTextCommand(
    c2pa,
    'verify',
    'say what C2PA says of a text; exit code 0 trusted, 1 anything else, 3 no manifest',
    'print the report',
  )
    .option('--trust <pem>', 'whom to trust; default: STREAMSEAL_C2PA_TRUST, else nobody')
    .option(
      '--trust-timestamps <pem>',
      'whose time-stamps to trust; default: STREAMSEAL_C2PA_TSA_TRUST, else nobody',
    )
    .addOption(carrierOption('where the manifest is'))
    .option('--manifest <file>', 'stored: the manifest that was kept beside the text')
    .option('--allow-development', 'trust even certificates for development')
    .action(async (file, flags) => (await import('./c2pa-verify.ts')).verifyCommand(file, flags))
}

function addInspect(c2pa: Command): void {
  addTextCommand(
    c2pa,
    'inspect',
    'show what a manifest says, unchecked; exit code 1 where there is none',
    'print it as data',
  )
    .addOption(carrierOption('where the manifest is'))
    .option('--manifest <file>', 'look at this manifest instead of a text')
    .action(async (file, flags) => (await import('./c2pa-inspect.ts')).inspectCommand(file, flags))
}

function addCertificate(c2pa: Command): void {
  c2pa
    .command('certificate')
    .description('make a key and certificates for development, marked as such in every name')
    .option('--allow-development', 'needed: nobody else trusts them')
    .option('--out <folder>', 'where their files go', '.')
    .addOption(new Option('--algorithm <name>', 'what they sign with').choices(algorithms).default('ES256'))
    .option('--name <text>', "the signer's name")
    .option('--days <number>', 'how long they are valid', '90')
    .option('--json', 'print where the files are')
    .action(async flags => (await import('./c2pa-certificate.ts')).certificateCommand(flags))
}

const carrierOption = (description: string): Option =>
  new Option('--carrier <kind>', description).choices(carriers).default('embedded')
