"""Lists of everything: each is declared as data; filters, sorting, paging and exports are the same for all."""
