package drds.session;

import drds.error.SqlError;
import drds.parser.SqlText;
import drds.planner.GatherTemplate;
import drds.planner.Plan;
import drds.planner.RouteTemplate;
import drds.rule.KeyConversion;
import drds.rule.KeyLiteral;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** How statements of one shape are routed without a parse. */
sealed interface RoutedShape {
    /** Each statement of the shape has to be planned. */
    record Unknown() implements RoutedShape {}

    /** The tables that a statement of the shape names. */
    default Collection<HeldTables.Name> tables() {
        return List.of();
    }

    /**
     * The plan for these literals, as written; null if they need planning.
     *
     * @param sql the statement
     */
    default @Nullable Plan plan(List<String> literals, String sql, KeyConversion keys) {
        return null;
    }

    /**
     * A physical text that is cut at the literals, all of which are in it in their order.
     *
     * @param names always the same object, since pass-through remembers by it what column definitions become
     */
    record Text(String group, boolean write, Plan.Names names, String reason, List<String> pieces) {
        Plan.Route with(List<String> literals) {
            return new Plan.Route(group, joined(pieces, literals), write, names, reason);
        }
    }

    private static String joined(List<String> pieces, List<String> literals) {
        if (pieces.size() == 1) {
            return pieces.get(0);
        }
        StringBuilder sql = new StringBuilder(pieces.get(0));
        for (int i = 0; i < literals.size(); i++) {
            sql.append(literals.get(i)).append(pieces.get(i + 1));
        }
        return sql.toString();
    }

    /**
     * Rows of many partitions: a template for each choice of the values that are part of the plan (a LIMIT, what stands in a
     * heading).
     */
    final class Gathered implements RoutedShape {
        /** When there are more, all are forgotten. */
        private static final int VARIANTS = 64;

        private final boolean[] open;
        private final String head;
        private final Collection<HeldTables.Name> tables;
        private final Map<List<String>, Optional<GatherTemplate>> variants = new ConcurrentHashMap<>();

        /**
         * @param open which values may differ within one template
         * @param head how the text must begin, since headings show how it is spaced; empty if it doesn't matter
         */
        Gathered(boolean[] open, String head, Collection<HeldTables.Name> tables) {
            this.open = open;
            this.head = head;
            this.tables = tables;
        }

        @Override
        public Collection<HeldTables.Name> tables() {
            return tables;
        }

        /** The values that are part of the plan. */
        private List<String> fixed(List<String> values) {
            List<String> fixed = new ArrayList<>();
            for (int i = 0; i < open.length; i++) {
                if (!open[i]) {
                    fixed.add(values.get(i));
                }
            }
            return fixed;
        }

        /** Whether a template for these values could be learned, and has not been yet. */
        boolean lacks(List<String> values, String sql) {
            return sql.startsWith(head) && !variants.containsKey(fixed(values));
        }

        /** @param template null where there is none */
        void learn(List<String> values, @Nullable GatherTemplate template) {
            if (variants.size() >= VARIANTS) {
                variants.clear();
            }
            variants.put(fixed(values), Optional.ofNullable(template));
        }

        @Override
        public @Nullable Plan plan(List<String> literals, String sql, KeyConversion keys) {
            return sql.startsWith(head) ? gather(literals, literals, sql, keys) : null;
        }

        /** @param values those that the template's texts take; @param all with those that are part of it */
        private Plan.@Nullable Gather gather(List<String> all, List<String> values, String sql, KeyConversion keys) {
            Optional<GatherTemplate> template = variants.get(fixed(all));
            return template == null || template.isEmpty()
                    ? null
                    : template.get().gather(values, sql, keys);
        }

        /** The plan of a prepared statement, whose texts have question marks for the open values. */
        Plan.@Nullable Gather prepared(List<String> values, String sql, KeyConversion keys) {
            List<String> marked = new ArrayList<>();
            for (int i = 0; i < open.length; i++) {
                if (open[i]) {
                    marked.add(values.get(i));
                }
            }
            return gather(values, marked, sql, keys);
        }

        boolean[] open() {
            return open;
        }
    }

    /** All go to one place: no sharded table is named. */
    record Fixed(Text text, Collection<HeldTables.Name> tables) implements RoutedShape {
        @Override
        public Plan plan(List<String> literals, String sql, KeyConversion keys) {
            return text.with(literals);
        }
    }

    /** One literal tells the partition. */
    final class ByKey implements RoutedShape {
        private static final int LONG_DIGITS = 18;

        private final RouteTemplate template;
        private final Collection<HeldTables.Name> tables;
        private final @Nullable Rule rule;
        /** The texts by the first table's partition, where that tells the others' too. */
        private final AtomicReferenceArray<@Nullable Text> texts;

        ByKey(RouteTemplate template, Collection<HeldTables.Name> tables) {
            this.template = template;
            this.tables = tables;
            Rule first = template.tables().get(0).table().rule();
            boolean alike =
                    first != null && template.tables().stream().allMatch(slot -> first.sameDistribution(rule(slot)));
            this.rule = alike ? first : null;
            this.texts = new AtomicReferenceArray<>(rule == null ? 0 : rule.partitions());
        }

        @Override
        public Collection<HeldTables.Name> tables() {
            return tables;
        }

        private static Rule rule(RouteTemplate.TableSlot slot) {
            Rule rule = slot.table().rule();
            if (rule == null) {
                throw new IllegalArgumentException(slot.table().name() + " is not sharded");
            }
            return rule;
        }

        @Override
        public @Nullable Plan plan(List<String> literals, String sql, KeyConversion keys) {
            KeyLiteral literal = literal(literals.get(template.key()));
            return literal == null ? null : route(literal, literals, keys);
        }

        /** The plan of a prepared statement. @param values the parameters as SQL text */
        Plan.@Nullable Route routePrepared(List<String> values, KeyConversion keys) {
            KeyLiteral literal = literal(values.get(template.parameter()));
            return literal == null ? null : route(literal, List.of(), keys);
        }

        private Plan.@Nullable Route route(KeyLiteral literal, List<String> literals, KeyConversion keys) {
            Rule known = rule;
            if (known == null) {
                return template.route(literal, keys, literals).orElse(null);
            }
            int partition = partition(known, literal, keys);
            if (partition < 0) {
                return null;
            }
            Text text = texts.get(partition);
            if (text == null) {
                Plan.Route route = template.route(literal, keys, literals).orElse(null);
                texts.set(partition, route == null ? null : text(route));
                return route;
            }
            return text.with(literals);
        }

        private int partition(Rule known, KeyLiteral literal, KeyConversion keys) {
            KeyLiteral signed = literal;
            if (template.negated()) {
                if (!(literal instanceof KeyLiteral.Int(BigInteger number))) {
                    return -1;
                }
                signed = new KeyLiteral.Int(number.negate());
            }
            Optional<KeyValue> value = keys.compared(signed, template.keyType());
            if (value.isEmpty()) {
                return -1;
            }
            try {
                return known.partition(List.of(value.get()));
            } catch (SqlError nowhere) {
                return -1;
            }
        }

        private static @Nullable KeyLiteral literal(String token) {
            if (token.length() <= LONG_DIGITS && token.charAt(0) >= '0' && token.charAt(0) <= '9' && digits(token)) {
                return new KeyLiteral.Int(BigInteger.valueOf(Long.parseLong(token)));
            }
            return RouteTemplate.keyLiteral(token).orElse(null);
        }

        private static boolean digits(String token) {
            for (int i = 0; i < token.length(); i++) {
                if (token.charAt(i) < '0' || token.charAt(i) > '9') {
                    return false;
                }
            }
            return true;
        }

        /** The template's text with the tables of one route. */
        private @Nullable Text text(Plan.Route route) {
            List<String> pieces = new ArrayList<>();
            StringBuilder piece = new StringBuilder();
            for (RouteTemplate.Part part : template.parts()) {
                switch (part) {
                    case RouteTemplate.Part.Text(String text) -> piece.append(text);
                    case RouteTemplate.Part.TableName(int slot) -> piece.append(tableName(route, slot));
                    case RouteTemplate.Part.Literal(int index) -> {
                        if (index != pieces.size()) {
                            return null;
                        }
                        pieces.add(piece.toString());
                        piece.setLength(0);
                    }
                }
            }
            pieces.add(piece.toString());
            return new Text(route.group(), route.write(), route.names(), route.reason(), List.copyOf(pieces));
        }

        private String tableName(Plan.Route route, int slot) {
            RouteTemplate.TableSlot named = template.tables().get(slot);
            return route.names().renamings().stream()
                    .filter(r -> r.logicalDatabase().equals(named.database())
                            && r.logicalTable().equals(named.table().name()))
                    .map(r -> SqlText.qualified(r.schema(), r.table()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
