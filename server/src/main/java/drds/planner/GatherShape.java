package drds.planner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a SELECT that partitions answer.
 *
 * @param orderBy the fragments' ORDER BY; null to keep the user's, empty for none
 * @param limited whether each fragment needs to send no more than offset + count rows
 * @param changes what else changes in the text
 */
record GatherShape(Plan.Merge merge, @Nullable String orderBy, boolean limited, List<PhysicalText.Change> changes) {}
