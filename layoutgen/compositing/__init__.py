"""What is exact goes on top: pictures, QR codes, panels and typeset slogans."""
