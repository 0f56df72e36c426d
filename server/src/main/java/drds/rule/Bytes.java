package drds.rule;

import java.util.Arrays;

/** A byte string as a value. The array is not changed after it was handed over. */
public record Bytes(byte[] array) implements Comparable<Bytes> {
    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public int compareTo(Bytes that) {
        return Arrays.compareUnsigned(array, that.array);
    }

    @Override
    public String toString() {
        return Arrays.toString(array);
    }
}
