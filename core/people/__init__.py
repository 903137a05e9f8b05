"""Who is who: accounts, people, teams, invitations, keys. One rule: nobody hands out more than they hold."""
