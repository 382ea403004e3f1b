// The rating service: `npm run instance -- labs/solutions/8/main.ts`.
import { runRatings } from '../../8-a-fifth-service/service.ts';
import { ratingAggregate } from './rating.ts';
import { reviewAggregate } from './review.ts';

await runRatings(reviewAggregate, ratingAggregate);
