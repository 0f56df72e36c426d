package drds.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import drds.catalog.Catalog;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.Query;
import drds.planner.Plan;
import drds.planner.PlanningContext;
import drds.rule.KeyConversion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans of queries over several places that were made lately, by the whole text: trying out what to send where takes milliseconds.
 * Each is kept for a short while only, since sizes of tables chose it.
 */
final class KnownPlans {
    private static final Duration KEPT = Duration.ofSeconds(20);
    private static final long CHARACTERS_LIMIT = 8 << 20;

    private final Cache<Key, Plan> known = Caffeine.newBuilder()
            .expireAfterWrite(KEPT)
            .maximumWeight(CHARACTERS_LIMIT)
            .weigher((Key key, Plan plan) -> characters(plan))
            .build();

    /** What a plan depends on. */
    private record Key(
            String text,
            TheCatalog catalog,
            @Nullable String database,
            ParserModes modes,
            KeyConversion keys,
            @Nullable List<String> parameters,
            Map<String, String> indexes,
            int statistics) {}

    /** The very same one. */
    private static final class TheCatalog {
        private final Catalog catalog;

        TheCatalog(Catalog catalog) {
            this.catalog = catalog;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // comparing two by value takes longer than planning
        public boolean equals(@Nullable Object other) {
            return other instanceof TheCatalog that && that.catalog == catalog;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(catalog.version());
        }
    }

    /**
     * The plan of a statement.
     *
     * @param modes the session's, with which it was parsed
     * @param statistics which ones choose
     */
    Plan plan(
            ParsedStatement parsed,
            PlanningContext context,
            ParserModes modes,
            int statistics,
            Supplier<Plan> planning) {
        if (!(parsed.statement() instanceof Query)) {
            return planning.get();
        }
        Key key = new Key(
                parsed.text(),
                new TheCatalog(context.catalog()),
                context.currentDatabase(),
                modes,
                context.keys(),
                context.parameters(),
                context.indexes(),
                statistics);
        Plan plan = known.getIfPresent(key);
        if (plan == null) {
            plan = planning.get();
            if (isDear(plan)) {
                known.put(key, plan);
            }
        }
        return plan;
    }

    /** Others are remembered by their shapes. */
    private static boolean isDear(Plan plan) {
        return plan instanceof Plan.Ship
                || plan instanceof Plan.Ahead
                || plan instanceof Plan.Staged
                || plan instanceof Plan.Residual;
    }

    /** About how much text a plan holds. */
    private static int characters(Plan plan) {
        return switch (plan) {
            case Plan.Gather gather ->
                gather.queries().stream()
                                .mapToInt(fragment -> fragment.sql().length())
                                .sum()
                        + (gather.fallback() == null ? 0 : characters(gather.fallback()));
            case Plan.Residual residual ->
                residual.sql().length()
                        + residual.inputs().stream()
                                .mapToInt(KnownPlans::characters)
                                .sum();
            case Plan.Ship ship ->
                characters(ship.gather())
                        + characters(ship.fallback())
                        + ship.shipments().stream()
                                .mapToInt(shipment -> characters(shipment.input()))
                                .sum()
                        + (ship.beyond() == null ? 0 : characters(ship.beyond().plan()));
            case Plan.Staged staged ->
                characters(staged.stage().source())
                        + characters(staged.fallback())
                        + 2 * staged.sql().length();
            case Plan.Ahead ahead ->
                characters(ahead.then())
                        + characters(ahead.fallback())
                        + ahead.stages().stream()
                                .mapToInt(stage -> characters(stage.source()))
                                .sum();
            default -> plan.reason().length();
        };
    }

    private static int characters(Plan.Input input) {
        return input.sources().stream()
                .mapToInt(source -> source.from().length()
                        + Objects.requireNonNullElse(source.where(), "").length())
                .sum();
    }
}
