// The rating service: `npm run instance -- labs/8-a-fifth-service/main.ts`.
import { ratingAggregate } from './rating.ts';
import { reviewAggregate } from './review.ts';
import { runRatings } from './service.ts';

await runRatings(reviewAggregate, ratingAggregate);
