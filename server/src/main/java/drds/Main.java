package drds;

/** Starts DRDS. */
public final class Main {
    private Main() {}

    static void main(String[] args) {}
}
