package drds.eventual;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import drds.planner.TouchedRow;
import drds.rule.KeyValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What a deferred statement touches: the unit in which order is kept.
 *
 * @param places each of them a database, a table and a key's value; without the key it is the whole table, without the table the
 *     whole database
 */
public record Touches(List<List<String>> places) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Touches {
        places = places.stream().map(List::copyOf).toList();
    }

    /** The rows of one key. */
    public static Touches of(TouchedRow row) {
        StringJoiner key = new StringJoiner(",");
        row.key().forEach(value -> key.add(text(value)));
        return new Touches(
                List.of(List.of(row.database(), row.table().name().toLowerCase(Locale.ROOT), key.toString())));
    }

    private static String text(KeyValue value) {
        return switch (value) {
            case KeyValue.Null none -> "NULL";
            case KeyValue.Int number -> number.value().toString();
            case KeyValue.Text text ->
                "x" + HexFormat.of().formatHex(text.weight().array());
            case KeyValue.Time time -> time.value().toString();
            case KeyValue.Other other -> other.canonical();
        };
    }

    byte[] toBytes() {
        try {
            return JSON.writeValueAsBytes(places);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Touches read(byte[] bytes) {
        try {
            List<List<String>> places = new ArrayList<>();
            for (String[] place : JSON.readValue(bytes, String[][].class)) {
                places.add(Arrays.asList(place));
            }
            return new Touches(places);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For people: {@code shop.orders(17)}. */
    public String shown() {
        StringJoiner all = new StringJoiner(", ");
        for (List<String> place : places) {
            String name = place.size() == 1 ? place.getFirst() + ".*" : place.getFirst() + "." + place.get(1);
            all.add(place.size() == 3 ? name + "(" + place.get(2) + ")" : name);
        }
        return all.toString();
    }

    /** The places that work waits for: what touches one of them has to wait as well. */
    public static final class Blocked {
        private final Set<List<String>> blocked = new HashSet<>();
        /** Places of which a part is blocked. */
        private final Set<List<String>> inside = new HashSet<>();

        public void add(Touches touches) {
            for (List<String> place : touches.places) {
                blocked.add(place);
                for (int length = 1; length < place.size(); length++) {
                    inside.add(place.subList(0, length));
                }
            }
        }

        public boolean has(Touches touches) {
            return touches.places.stream().anyMatch(this::has);
        }

        private boolean has(List<String> place) {
            if (inside.contains(place)) {
                return true;
            }
            for (int length = 1; length <= place.size(); length++) {
                if (blocked.contains(place.subList(0, length))) {
                    return true;
                }
            }
            return false;
        }

        boolean isEmpty() {
            return blocked.isEmpty();
        }
    }
}
