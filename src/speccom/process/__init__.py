"""What a case is and what may happen next: procedures as data, one pure decision, events, clocks."""
