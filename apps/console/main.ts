// The command line: `npx hail --help`.
import { run } from './command-line/program.ts';

process.exitCode = await run(process.argv.slice(2));
