package io.tapmeta.resolver.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that an operator probably meant. */
final class Spelling {
  /** More edits than this and the suggestion would puzzle rather than help. */
  private static final int MAX_EDITS = 3;

  private Spelling() {}

  static Optional<String> nearest(String name, Collection<String> names) {
    return names.stream()
        .filter(known -> edits(name, known) <= Math.min(MAX_EDITS, known.length() / 2))
        .min(Comparator.comparingInt((String known) -> edits(name, known)).thenComparing(k -> k));
  }

  /** Levenshtein's distance, two rows at a time. */
  private static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] swap = previous;
      previous = row;
      row = swap;
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
